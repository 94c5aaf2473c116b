// Diagonal linear networks as a sum of monomials, one table for every form:
//   beta_j = sum over terms of  sign * prod over the term's blocks k of theta_{k,j}^exponent
//
//   difference_of_powers, tied      + {u}^N  - {v}^N
//   difference_of_powers, separate  + {u_1 … u_N}^1  - {v_1 … v_N}^1
//   power, tied / separate          + {w}^N  /  + {w_1 … w_N}^1
//   product                         + {w_1 … w_N}^1   (depth 2: u, v)
#pragma once

#include "penchant/models/model.h"
#include "penchant/models/start.h"

namespace penchant {

struct DiagonalTerm {
  double sign = 1.0;
  std::vector<int> blocks;  // at least one
  int exponent = 1;         // > 1 only with a single block
};

std::vector<DiagonalTerm> diagonal_terms(const Diagonal& spec);
std::vector<std::string> diagonal_block_names(const Diagonal& spec);

// beta from the logs of the factors: right where the factors' powers leave the range of a double.
Predictor diagonal_predictor(const Diagonal& spec, const std::vector<SignedLog>& blocks);

class DiagonalModel final : public PredictorModel {
 public:
  DiagonalModel(const Diagonal& spec, MapPtr features);

  Index parameters() const override { return dimension_ * static_cast<Index>(block_names_.size()); }
  std::vector<Block> blocks() const override;
  void outputs(VecIn theta, VecOut f) const override;
  void vjp(VecIn theta, VecIn df, VecOut g) const override;
  void jvp(VecIn theta, VecIn dtheta, VecOut df) const override;
  void hvp(VecIn theta, VecIn df, VecIn dtheta, VecOut out) const override;
  Predictor predictor(VecIn theta) const override;

  void beta(VecIn theta, VecOut out) const override;
  void pull_back(VecIn theta, VecIn h, VecOut g) const override;
  Vector term_sizes(VecIn theta) const override;
  // (dbeta/dtheta) dtheta.
  void push_forward(VecIn theta, VecIn dtheta, VecOut dbeta) const;
  // Per coordinate sum_k (dbeta_j / dtheta_kj)^2, the diagonal of M = (dbeta/dtheta)(dbeta/dtheta)^T.
  Vector metric(VecIn theta) const;

 private:
  Diagonal spec_;
  MapPtr features_;
  Index dimension_;
  std::vector<DiagonalTerm> terms_;
  std::vector<std::string> block_names_;
};

}  // namespace penchant
