#include "referee/theorem_cases.h"

#include <cmath>

#include "penchant/core/decompositions.h"

namespace penchant::referee {

namespace {

Index any(Draw& draw, Index size) { return draw.integer(0, static_cast<int>(size) - 1); }

// Underdetermined, sometimes with copies, zeros and other sizes; targets of a sparse β.
Training regression(Draw& draw, bool positive) {
  const Index n = draw.integer(2, 8), d = draw.integer(static_cast<int>(n) + 1, 2 * static_cast<int>(n) + 5);
  Training out{Matrix(n, d), Vector(n), {}};
  const int kind = draw.integer(0, 2);
  for (double& v : out.x.reshaped()) v = kind == 0 ? draw.normal() : kind == 1 ? draw.integer(-3, 3) : draw.uniform(0.0, 1.0);
  if (draw.chance(0.2)) out.x.col(any(draw, d)) = Vector(out.x.col(any(draw, d)));
  if (draw.chance(0.15)) out.x.col(any(draw, d)).setZero();
  if (draw.chance(0.1)) out.x.row(any(draw, n)) = Matrix(out.x.row(any(draw, n)));
  if (draw.chance(0.15)) out.x *= std::pow(10.0, draw.integer(-3, 3));
  Vector beta = Vector::Zero(d);
  const int nonzeros = draw.integer(1, static_cast<int>(n));
  for (int k = 0; k < nonzeros; ++k) beta[any(draw, d)] = draw.normal() + draw.pick({-1.0, 1.0});
  if (positive) beta = beta.cwiseAbs();
  out.y = out.x * beta;
  out.table("loss") = Value::object({{"kind", "squared"}, {"reduction", draw.pick({"sum", "mean"})}});
  return out;
}

double curvature(Training& training) {
  const double sigma = Eigen::JacobiSVD<Eigen::MatrixXd>(Eigen::MatrixXd(training.x)).singularValues()[0];
  const bool mean = *training.table("loss").find("reduction")->as_string() == "mean";
  const double value = sigma * sigma / (mean ? static_cast<double>(training.x.rows()) : 1.0);
  return value > 0.0 ? value : 1.0;
}

void start_somewhere(Draw& draw, Training& training) {
  if (draw.chance(0.5)) return;
  training.table("init") =
      Value::object({{"scale", draw.power_of_ten(-2, 1)}, {"shape", list_of(normal_vector(draw, training.x.cols()))}});
}

TheoremCase linear(Draw& draw) {
  TheoremCase out{"", regression(draw, false)};
  Training& t = out.training;
  const bool tall = draw.chance(0.25);
  if (tall) {
    t.x = Matrix(t.x.transpose());
    t.y = normal_vector(draw, t.x.rows());
  }
  const bool log_cosh = !tall && draw.chance(0.3);
  if (log_cosh) t.table("loss").set("kind", "log_cosh");
  t.table("model") = Value::object({{"kind", "linear"}});
  start_somewhere(draw, t);
  const double bound = 1.0 / curvature(t);
  Value& dynamics = t.table("dynamics");
  switch (draw.integer(0, 7)) {
    case 0: dynamics = Value::object({{"kind", "gradient_flow"}}); break;
    case 1: dynamics = Value::object({{"kind", "gradient_descent"}, {"step_size", bound * draw.uniform(0.2, 1.9)}}); break;
    case 2:
      dynamics = Value::object({{"kind", "gradient_descent"}, {"step_size", "auto"}, {"momentum", draw.uniform(0.1, 0.95)}});
      break;
    case 3:
      dynamics = Value::object(
          {{"kind", "gradient_descent"}, {"step_size", "auto"}, {"momentum", draw.uniform(0.1, 0.95)}, {"nesterov", true}});
      break;
    case 4: dynamics = Value::object({{"kind", "steepest"}, {"norm", "l2"}, {"step_size", "auto"}}); break;
    case 5: dynamics = Value::object({{"kind", log_cosh ? "lbfgs" : "conjugate_gradient"}}); break;
    case 6: dynamics = Value::object({{"kind", "bfgs"}}); break;
    default:
      dynamics = Value::object({{"kind", "stochastic"}, {"step_size", "auto"}, {"replacement", draw.chance(0.5)},
                                {"batch", draw.integer(1, static_cast<int>(t.x.rows()))}, {"seed", draw.integer(0, 999)}});
  }
  out.family = cat(tall ? "linear, tall, " : log_cosh ? "linear, log_cosh, " : "linear, ", *dynamics.find("kind")->as_string());
  return out;
}

TheoremCase diagonal(Draw& draw) {
  const std::string form = draw.pick({"difference_of_powers", "power", "product"});
  TheoremCase out{"", regression(draw, form == "power")};
  Training& t = out.training;
  const int depth = form == "product" ? 2 : draw.pick({2, 2, 3, 4, 5});
  const bool tiny = draw.chance(0.3);
  const int exponent = depth == 2 ? draw.pick({10, 30, 100, 300}) : depth == 3 ? draw.pick({5, 8, 10}) : 4;
  const double scale = tiny ? std::pow(10.0, -exponent) : draw.power_of_ten(-3, 0.3);
  t.table("model") = Value::object({{"kind", "diagonal"}, {"depth", depth}, {"form", form}});
  Value& init = t.table("init");
  init = Value::object({{"scale", scale}});
  if (draw.chance(0.4)) {
    Vector shape(t.x.cols());
    for (double& v : shape) v = draw.uniform(0.3, 2.0);
    init.set("shape", list_of(shape));
  }
  t.table("dynamics") = Value::object({{"kind", "gradient_flow"}});
  out.family = cat(tiny ? "diagonal, tiny, " : "diagonal, ", form, " ", depth);
  return out;
}

TheoremCase mirror(Draw& draw) {
  const std::string kind = draw.pick({"euclidean", "entropy", "hypentropy", "p_norm", "squared_p_norm", "burg", "diagonal"});
  const bool positive = kind == "entropy" || kind == "burg";
  TheoremCase out{"mirror, " + kind, regression(draw, positive)};
  Training& t = out.training;
  if (positive) {
    t.y += t.x * Vector::Constant(t.x.cols(), 0.1);
    t.table("init") = Value::object({{"scale", draw.power_of_ten(-2, 0)}});
  }
  t.table("model") = Value::object({{"kind", "linear"}});
  Value potential = Value::object({{"kind", kind}});
  if (kind == "hypentropy") potential.set("c", draw.power_of_ten(-3, 1));
  if (kind == "p_norm" || kind == "squared_p_norm") potential.set("p", draw.pick({1.2, 1.5, 2.5, 3.0}));
  if (kind == "diagonal") potential.set("depth", 3), potential.set("scale", draw.power_of_ten(-1, 0.3));
  Value& dynamics = t.table("dynamics");
  dynamics = Value::object({{"kind", "mirror"}, {"potential", potential}, {"step_size", "auto"}});
  if (draw.chance(0.3)) dynamics.set("momentum", 0.5);
  if (draw.chance(0.3)) dynamics.set("batch", draw.integer(1, static_cast<int>(t.x.rows())));
  t.table("stop") = Value::object({{"steps", 200000}});
  return out;
}

TheoremCase normalised(Draw& draw) {
  const int depth = draw.pick({2, 2, 3});
  TheoremCase out{cat("weight normalised ", depth), regression(draw, true)};
  Training& t = out.training;
  t.table("model") = Value::object({{"kind", "weight_normalised"}, {"depth", depth}, {"rate_r", draw.power_of_ten(-0.7, 0.3)}});
  t.table("init") = Value::object({{"scale", draw.power_of_ten(-1, 0)}});
  t.table("dynamics") = Value::object({{"kind", "gradient_flow"}});
  return out;
}

TheoremCase steps(Draw& draw) {
  const std::string form = draw.pick({"difference_of_powers", "product", "power"});
  TheoremCase out{"steps, " + form, regression(draw, form == "power")};
  Training& t = out.training;
  t.table("model") = Value::object({{"kind", "diagonal"}, {"depth", 2}, {"form", form}});
  t.table("init") = Value::object({{"scale", draw.power_of_ten(-1.5, 0)}});
  Value& dynamics = t.table("dynamics");
  const bool stochastic = draw.chance(0.5);
  dynamics = Value::object({{"kind", stochastic ? "stochastic" : "gradient_descent"}, {"step_size", "auto"}});
  if (stochastic) dynamics.set("batch", draw.integer(1, static_cast<int>(t.x.rows())));
  t.table("stop") = Value::object({{"steps", 300000}});
  return out;
}

TheoremCase separable(Draw& draw) {
  TheoremCase out{"", regression(draw, false)};
  Training& t = out.training;
  t.y = (t.x * normal_vector(draw, t.x.cols())).unaryExpr([](double v) { return v >= 0.0 ? 1.0 : -1.0; });
  if (std::abs(t.y.sum()) == static_cast<double>(t.y.size())) {
    t.x.row(0) *= -1.0;
    t.y[0] = -t.y[0];
  }
  t.table("loss").set("kind", draw.pick({"exponential", "logistic"}));
  t.table("model") = Value::object({{"kind", "linear"}});
  start_somewhere(draw, t);
  const int method = draw.integer(0, 3);
  Value& dynamics = t.table("dynamics");
  if (method == 0) dynamics = Value::object({{"kind", "gradient_flow"}});
  else if (method == 1) dynamics = Value::object({{"kind", "gradient_flow"}, {"clock", "normalised"}});
  else if (method == 2) dynamics = Value::object({{"kind", "gradient_descent"}, {"step_size", "auto"}});
  else dynamics = Value::object({{"kind", "steepest"}, {"norm", "l2"}, {"step_size", "auto"}});
  t.table("stop") = method < 2 ? Value::object({{"log10_time", method == 0 ? 1e4 : 1e5}}) : Value::object({{"steps", 20000}});
  out.family = cat("classes, ", *dynamics.find("kind")->as_string(), method == 1 ? ", normalised" : "");
  return out;
}

TheoremCase decayed(Draw& draw) {
  TheoremCase out{"", regression(draw, false)};
  Training& t = out.training;
  Value& dynamics = t.table("dynamics");
  if (draw.chance(0.5)) {
    const bool descent = draw.chance(0.5);
    dynamics = Value::object({{"kind", descent ? "gradient_descent" : "gradient_flow"},
                              {"weight_decay", draw.power_of_ten(-2, 1) * curvature(t)}});
    if (descent) dynamics.set("step_size", "auto");
    t.table("model") = Value::object({{"kind", "linear"}});
    out.family = cat("decay, linear, ", *t.table("dynamics").find("kind")->as_string());
    return out;
  }
  dynamics = Value::object({{"kind", "gradient_flow"},
                            {"weight_decay", draw.power_of_ten(-2, -0.3) * (t.x.transpose() * t.y).cwiseAbs().maxCoeff()}});
  t.table("model") = Value::object({{"kind", "diagonal"}, {"depth", 2}});
  t.table("init") = Value::object({{"scale", draw.power_of_ten(-1, 0)}});
  out.family = "decay, diagonal 2";
  return out;
}

}  // namespace

TheoremCase theorem_case(Draw& draw) {
  switch (draw.integer(0, 9)) {
    case 0: case 1: return linear(draw);
    case 2: case 3: case 4: return diagonal(draw);
    case 5: return mirror(draw);
    case 6: return normalised(draw);
    case 7: return steps(draw);
    case 8: return separable(draw);
    default: return decayed(draw);
  }
}

}  // namespace penchant::referee
