#include "penchant/dynamics/integrator.h"

#include <arkode/arkode_erkstep.h>
#include <cvode/cvode.h>
#include <nvector/nvector_serial.h>
#include <sundials/sundials_linearsolver.h>
#include <sundials/sundials_matrix.h>

#include "penchant/core/error.h"
#include "penchant/core/text.h"

namespace penchant {

namespace {

using Map = Eigen::Map<Vector>;
using ConstMap = Eigen::Map<const Vector>;

Map values(N_Vector v) { return {N_VGetArrayPointer(v), static_cast<Index>(N_VGetLength(v))}; }

// What the callbacks are given.
struct Context {
  FlowEquation& equation;
  double length = 0.0;  // of the last step
};

FlowEquation& equation_of(void* data) { return static_cast<Context*>(data)->equation; }

// Positive return values ask the library for a shorter step; negative ones end the run.
constexpr int kRetry = 1;

int velocity(double x, N_Vector y, N_Vector dy, void* data) {
  const bool inside = equation_of(data).velocity(x, values(y), values(dy));
  return inside && values(dy).allFinite() ? 0 : kRetry;
}

int error_weights(N_Vector y, N_Vector w, void* data) {
  const auto& context = *static_cast<Context*>(data);
  context.equation.tolerance(values(y), context.length, values(w));
  values(w) = values(w).cwiseInverse();
  return values(w).allFinite() && values(w).minCoeff() > 0.0 ? 0 : -1;
}

int newton_matrix(double x, N_Vector y, N_Vector, SUNMatrix, booleantype, booleantype* fresh, double gamma, void* data, N_Vector,
                  N_Vector, N_Vector) {
  *fresh = SUNTRUE;
  return equation_of(data).prepare(x, values(y), gamma) ? 0 : kRetry;
}

// The library wants a matrix and a solver object; both only point at the equation, which keeps its own factors.
SUNMatrix_ID custom_matrix(SUNMatrix) { return SUNMATRIX_CUSTOM; }
SUNLinearSolver_Type direct_solver(SUNLinearSolver) { return SUNLINEARSOLVER_DIRECT; }
int solver_setup(SUNLinearSolver, SUNMatrix) { return 0; }
int solver_solve(SUNLinearSolver solver, SUNMatrix, N_Vector x, N_Vector b, double) {
  values(x) = values(b);
  equation_of(solver->content).solve(values(x));
  return values(x).allFinite() ? 0 : kRetry;
}

int take_back(double, N_Vector y, N_Vector correction, double, N_Vector, void* data) {
  return equation_of(data).take_back(values(y), values(correction)) ? 0 : kRetry;
}

void keep_message(int, const char*, const char*, char* message, void* data) { *static_cast<std::string*>(data) = message; }

void require(int flag, const char* call) {
  if (flag < 0) throw InternalError(cat("integrator: ", call, " returned ", flag));
}

}  // namespace

struct Integrator::Library {
  Library(FlowEquation& equation, IntegrationMethod method, double position, Vector state)
      : data{equation}, y(std::move(state)), x(position), x_previous(position) {
    require(SUNContext_Create(nullptr, &context), "SUNContext_Create");
    vector = N_VMake_Serial(y.size(), y.data(), context);
    PENCHANT_CHECK(vector != nullptr);
    if (method == IntegrationMethod::implicit) {
      start_implicit();
    } else {
      start_explicit();
    }
  }

  ~Library() {
    if (cvode) CVodeFree(&cvode);
    if (erk) ERKStepFree(&erk);
    if (solver) SUNLinSolFreeEmpty(solver);
    if (matrix) SUNMatFreeEmpty(matrix);
    N_VDestroy(vector);
    SUNContext_Free(&context);
  }

  void start_implicit() {
    cvode = CVodeCreate(CV_BDF, context);
    PENCHANT_CHECK(cvode != nullptr);
    require(CVodeSetErrHandlerFn(cvode, keep_message, &message), "CVodeSetErrHandlerFn");
    require(CVodeInit(cvode, velocity, x, vector), "CVodeInit");
    require(CVodeSetUserData(cvode, &data), "CVodeSetUserData");
    require(CVodeWFtolerances(cvode, error_weights), "CVodeWFtolerances");
    matrix = SUNMatNewEmpty(context);
    matrix->ops->getid = custom_matrix;
    solver = SUNLinSolNewEmpty(context);
    solver->content = &data;
    solver->ops->gettype = direct_solver;
    solver->ops->setup = solver_setup;
    solver->ops->solve = solver_solve;
    require(CVodeSetLinearSolver(cvode, solver, matrix), "CVodeSetLinearSolver");
    require(CVodeSetLinSysFn(cvode, newton_matrix), "CVodeSetLinSysFn");
    require(CVodeSetMaxErrTestFails(cvode, kMaxFailures), "CVodeSetMaxErrTestFails");
    require(CVodeSetMaxConvFails(cvode, kMaxFailures), "CVodeSetMaxConvFails");
    require(CVodeSetMaxHnilWarns(cvode, -1), "CVodeSetMaxHnilWarns");
    if (!data.equation.has_invariant()) return;
    require(CVodeSetProjFn(cvode, penchant::take_back), "CVodeSetProjFn");
    // The error of a step is that of the step, whatever follows.
    require(CVodeSetProjErrEst(cvode, SUNFALSE), "CVodeSetProjErrEst");
    require(CVodeSetMaxNumProjFails(cvode, kMaxFailures), "CVodeSetMaxNumProjFails");
  }

  void start_explicit() {
    erk = ERKStepCreate(velocity, x, vector, context);
    PENCHANT_CHECK(erk != nullptr);
    require(ERKStepSetErrHandlerFn(erk, keep_message, &message), "ERKStepSetErrHandlerFn");
    require(ERKStepSetUserData(erk, &data), "ERKStepSetUserData");
    require(ERKStepWFtolerances(erk, error_weights), "ERKStepWFtolerances");
    require(ERKStepSetTableNum(erk, ARKODE_FEHLBERG_13_7_8), "ERKStepSetTableNum");
    require(ERKStepSetInterpolantDegree(erk, kDenseDegree), "ERKStepSetInterpolantDegree");
    require(ERKStepSetMaxErrTestFails(erk, kMaxFailures), "ERKStepSetMaxErrTestFails");
  }

  bool step(double horizon) {
    const double from = x;
    last = y;
    const int flag = cvode ? CVode(cvode, horizon, vector, &x, CV_ONE_STEP) : ERKStepEvolve(erk, horizon, vector, &x, ARK_ONE_STEP);
    if (flag >= 0 && y.allFinite()) {
      x_previous = from;
      data.length = x - from;
      ++count;
      if (data.equation.has_invariant()) data.equation.accept();
      return true;
    }
    // the library leaves what its last attempt made of them
    x = from;
    y = last;
    if (flag >= 0) message = "a step left the range of a double";
    if (message.empty()) message = cat("the integrator returned ", flag);
    return false;
  }

  void restart() {
    x = x_previous = 0.0;
    if (cvode) {
      require(CVodeReInit(cvode, 0.0, vector), "CVodeReInit");
    } else {
      require(ERKStepReInit(erk, velocity, 0.0, vector), "ERKStepReInit");
    }
  }

  void interpolate(double at, VecOut out) const {
    N_Vector target = N_VMake_Serial(out.size(), out.data(), context);
    require(cvode ? CVodeGetDky(cvode, at, 0, target) : ERKStepGetDky(erk, at, 0, target), "GetDky");
    N_VDestroy(target);
  }

  long counted(int (*of_cvode)(void*, long*), int (*of_erk)(void*, long*)) const {
    long total = 0;
    if (cvode) of_cvode(cvode, &total);
    else if (of_erk) of_erk(erk, &total);
    return total;
  }

  static constexpr int kMaxFailures = 400;  // a first step 10^200 too long, after a wait, is cut four-fold at a time
  static constexpr int kDenseDegree = 5;   // the highest the library has

  Context data;
  Vector y, last;  // reached, and before the step at hand
  double x;
  double x_previous;
  std::int64_t count = 0;
  std::string message;
  SUNContext context = nullptr;
  N_Vector vector = nullptr;
  SUNMatrix matrix = nullptr;
  SUNLinearSolver solver = nullptr;
  void* cvode = nullptr;
  void* erk = nullptr;
};

Integrator::Integrator(FlowEquation& equation, IntegrationMethod method)
    : equation_(equation), method_(method), library_(std::make_unique<Library>(equation, method, 0.0, equation.start())) {}
Integrator::~Integrator() = default;

bool Integrator::step(double horizon) { return library_->step(horizon); }
void Integrator::restart() { library_->restart(); }
double Integrator::position() const { return library_->x; }
double Integrator::previous() const { return library_->x_previous; }
const Vector& Integrator::state() const { return library_->y; }
void Integrator::interpolate(double x, VecOut y) const { library_->interpolate(x, y); }
std::int64_t Integrator::steps() const { return library_->count; }
const std::string& Integrator::failure() const { return library_->message; }
std::int64_t Integrator::evaluations() const {
  return earlier_evaluations_ + library_->counted(CVodeGetNumRhsEvals, ERKStepGetNumRhsEvals);
}
std::int64_t Integrator::factorisations() const {
  return earlier_factorisations_ + library_->counted(CVodeGetNumLinSolvSetups, nullptr);
}

// A new library object: a re-initialised one is not promised to have forgotten everything.
// The equation is evaluated first because its tolerances may be read off its last evaluation.
void Integrator::renew() {
  auto fresh = std::make_unique<Library>(equation_, method_, library_->x, library_->y);
  fresh->count = library_->count;
  earlier_evaluations_ = evaluations() + 1;
  earlier_factorisations_ = factorisations();
  library_ = std::move(fresh);
  equation_.forget();
  Vector unused(library_->y.size());
  equation_.velocity(library_->x, library_->y, unused);
}

void Integrator::resume(double previous, double position, VecIn state, std::int64_t steps) {
  library_ = std::make_unique<Library>(equation_, method_, position, state);
  library_->x_previous = previous;
  library_->count = steps;
}

}  // namespace penchant
