// What can stand before and after the "=" of --set, from the program's own tables.
#pragma once

#include <string>
#include <vector>

namespace penchant::app {

// "init.scale=" where a value of the user's follows; "model.kind=diagonal" where the values are known.
std::vector<std::string> spec_keys();

}  // namespace penchant::app
