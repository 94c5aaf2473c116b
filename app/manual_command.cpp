// completion and man.
#include <iostream>

#include "command_text.h"
#include "completion.h"
#include "man_page.h"
#include "options.h"
#include "penchant/lab/provenance.h"
#include "spec_keys.h"

namespace penchant::app {

int completion_command(const Options& options) {
  std::cout << completion_script(describe(*options.program), spec_keys(), options.format);
  return 0;
}

int man_command(const Options& options) {
  std::cout << man_page(describe(*options.program), version());
  return 0;
}

}  // namespace penchant::app
