#include "penchant/models/start.h"

#include <cmath>
#include <limits>

#include "penchant/core/accurate.h"
#include "penchant/data/load.h"
#include "penchant/models/diagonal.h"

namespace penchant {

namespace {

constexpr std::uint64_t kLargestFactorFile = 1'000'000'000;

std::string in_folder(const std::string& folder, const std::string& path) {
  return path.starts_with('/') || folder.empty() ? path : cat(folder, "/", path);
}

// Scale and shape as one SignedLog: scale 1e-300 times shape 1e-300 stays a number.
SignedLog scaled_shape(double scale, const std::vector<double>& shape, Index features) {
  if (shape.empty())
    return SignedLog::constant(features, std::log(std::abs(scale)), scale == 0.0 ? 0.0 : std::copysign(1.0, scale));
  if (static_cast<Index>(shape.size()) != features)
    throw InvalidInput(cat("init.shape: got ", shape.size(), " numbers, expected one for each of ", features, " features"));
  SignedLog out = SignedLog::from(Eigen::Map<const Vector>(shape.data(), features));
  if (scale == 0.0) return SignedLog::constant(features, -std::numeric_limits<double>::infinity(), 0.0);
  out.log_abs.array() += std::log(std::abs(scale));
  out.sign *= std::copysign(1.0, scale);
  return out;
}

void require_positive(const InitSpec& init, const char* model) {
  if (!init.scale)
    throw InvalidInput(cat("init.scale is missing: the factors of a ", model, " model start at it, and 0 is a saddle"));
  if (!(*init.scale > 0.0))
    throw InvalidInput(cat("init.scale: got ", *init.scale, ", expected a number > 0 for a ", model, " model"));
  for (std::size_t j = 0; j < init.shape.size(); ++j)
    if (!(init.shape[j] > 0.0))
      throw InvalidInput(cat("init.shape: entry ", j + 1, " is ", init.shape[j], ", expected > 0 for a ", model,
                             " model: a factor at 0 never moves; other signs come from init.factors"));
}

void refuse_exponents(const InitSpec& init, const char* model) {
  if (!init.exponents.empty())
    throw InvalidInput(
        cat("init.exponents: a ", model, " model has none; a diagonal model starts at scale^exponent, any model takes a shape"));
}

// log of scale^exponent_j in place of log of scale.
SignedLog take_exponents(const InitSpec& init, SignedLog factor) {
  if (init.exponents.empty()) return factor;
  if (static_cast<Index>(init.exponents.size()) != factor.size())
    throw InvalidInput(
        cat("init.exponents: got ", init.exponents.size(), " numbers, expected one for each of ", factor.size(), " features"));
  for (Index j = 0; j < factor.size(); ++j) {
    const double exponent = init.exponents[static_cast<std::size_t>(j)];
    if (!(exponent > 0.0)) throw InvalidInput(cat("init.exponents: entry ", j + 1, " is ", exponent, ", expected > 0"));
    factor.log_abs[j] += (exponent - 1.0) * std::log(std::abs(*init.scale));
  }
  return factor;
}

Start described_start(const Linear&, const InitSpec& init, Index features) {
  refuse_exponents(init, "linear");
  if (!init.scale && !init.shape.empty()) throw InvalidInput("init.shape multiplies init.scale, which is missing");
  return {{scaled_shape(init.scale.value_or(0.0), init.shape, features)}, {}};
}

Start described_start(const Diagonal& model, const InitSpec& init, Index features) {
  const bool product = model.form == DiagonalForm::product;
  if (!product) require_positive(init, "diagonal");
  if (!init.scale || *init.scale == 0.0)
    throw InvalidInput(
        "init.scale: a diagonal model of form \"product\" needs a scale other than 0; at 0 it is a saddle it never leaves");
  const SignedLog factor = take_exponents(init, scaled_shape(*init.scale, init.shape, features));
  Start start{std::vector<SignedLog>(diagonal_block_names(model).size(), factor), init.exponents};
  if (product) start.blocks.back() = SignedLog::constant(features, -std::numeric_limits<double>::infinity(), 0.0);
  return start;
}

// r_0 = scale in theta's unit sqrt(rate_r); v_0 = shape/|shape|, uniform without one.
Start described_start(const WeightNormalised& model, const InitSpec& init, Index features) {
  require_positive(init, "weight_normalised");
  refuse_exponents(init, "weight_normalised");
  SignedLog v = scaled_shape(1.0, init.shape, features);
  v.log_abs.array() -= 0.5 * log_sum_exp(2.0 * v.log_abs);
  return {{SignedLog::constant(1, std::log(*init.scale) - 0.5 * std::log(model.rate_r), 1.0), std::move(v)}, {}};
}

SignedLog factor_from_file(const std::string& path, const Block& block) {
  const Table table = read_table_file(path, kLargestFactorFile);
  const Matrix& numbers = table.numbers;
  const std::string where = cat("init.factors: ", path);
  if (numbers.rows() != block.size && numbers.size() != block.size)
    throw InvalidInput(
        cat(where, " has ", numbers.rows(), " x ", numbers.cols(), " entries, block ", block.name, " has ", block.size));
  if (numbers.size() != block.size)
    throw InvalidInput(cat(where, " has ", numbers.cols(), " columns, expected one"));
  const Vector values = Eigen::Map<const Vector>(numbers.data(), numbers.size());
  if (!values.allFinite()) throw InvalidInput(cat(where, " holds a cell that is not a finite number"));
  return SignedLog::from(values);
}

// Files hold r_0 and v_0 themselves.
void take_normalised(const WeightNormalised& model, const InitSpec& init, Start& start) {
  if (start.blocks[0].sign[0] <= 0.0)
    throw InvalidInput(
        cat("init.factors: ", init.factors[0], " holds r_0 = ", start.blocks[0].values()[0], ", expected a number > 0"));
  if ((start.blocks[1].sign.array() == 0.0).all())
    throw InvalidInput(cat("init.factors: ", init.factors[1], " holds v_0 = 0, which has no direction"));
  start.blocks[0].log_abs.array() -= 0.5 * std::log(model.rate_r);
}

Start start_from_files(const InitSpec& init, const ModelSpec& model, Index features, const std::string& folder) {
  const std::vector<Block> blocks = model_blocks(model, features);
  if (init.factors.size() != blocks.size()) {
    std::vector<std::string> names;
    for (const Block& block : blocks) names.push_back(block.name);
    throw InvalidInput(cat("init.factors: got ", init.factors.size(), " files, expected one for each of ", join(names, ", ")));
  }
  Start start;
  for (std::size_t k = 0; k < blocks.size(); ++k)
    start.blocks.push_back(factor_from_file(in_folder(folder, init.factors[k]), blocks[k]));
  if (const auto* normalised = std::get_if<WeightNormalised>(&model)) take_normalised(*normalised, init, start);
  return start;
}

}  // namespace

Vector Start::theta() const {
  Index size = 0;
  for (const SignedLog& block : blocks) size += block.size();
  Vector out(size);
  Index offset = 0;
  for (const SignedLog& block : blocks) {
    out.segment(offset, block.size()) = block.values();
    offset += block.size();
  }
  return out;
}

bool Start::fits_double() const {
  for (const SignedLog& block : blocks) {
    const Vector values = block.values();
    for (Index j = 0; j < values.size(); ++j) {
      const double size = std::abs(values[j]);
      if (block.sign[j] != 0.0 && !(size >= std::numeric_limits<double>::min() && std::isfinite(size))) return false;
    }
  }
  return true;
}

Start make_start(const InitSpec& init, const ModelSpec& model, Index features, const std::string& folder) {
  if (!init.factors.empty()) return start_from_files(init, model, features, folder);
  return std::visit([&](const auto& spec) { return described_start(spec, init, features); }, model);
}

}  // namespace penchant
