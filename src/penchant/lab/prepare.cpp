#include "penchant/lab/prepare.h"

#include "penchant/data/load.h"
#include "penchant/dynamics/noise.h"
#include "penchant/dynamics/simulate.h"
#include "penchant/dynamics/stop.h"

namespace penchant {

DatasetPtr loaded(const Experiment& experiment, const Verbs& verbs) {
  return verbs.load ? verbs.load(experiment.data, experiment.folder) : load_dataset(experiment.data, experiment.folder);
}

Problem problem_of(const Experiment& experiment, DatasetPtr data) {
  if (is_classification_loss(experiment.loss) && (data->targets.array().abs() == 1.0).all())
    check_two_classes(data->targets, "data");
  Problem problem = make_problem(std::move(data), experiment.model, experiment.loss, experiment.init, experiment.folder);
  check_noise(problem, experiment.dynamics);
  return problem;
}

void check_can_run(const Experiment& experiment, const Verbs& verbs) {
  const DatasetPtr data = loaded(experiment, verbs);
  if (experiment.limit) {
    make_limit(*experiment.limit, data->features, data->targets, experiment.folder);
    return;
  }
  const Problem problem = problem_of(experiment, data);
  if (!verbs.simulate) return;
  stop_limits(problem, experiment.dynamics, experiment.stop);
  make_stepper(problem, experiment.dynamics);
}

}  // namespace penchant
