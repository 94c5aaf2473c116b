// beta = w^N, w = r v/|v|, theta = (R, v) with r = sqrt(rate_r) R (models/spec.h). With p = N w^{N-1} ⊙ h, h the gradient in beta:
//   dL/dr = p . v/|v|      dL/dv = (r/|v|) (p - (p . v/|v|) v/|v|), orthogonal to v: the flow keeps |v|.
#pragma once

#include "penchant/models/model.h"
#include "penchant/models/start.h"

namespace penchant {

// log r, log|v| and log|w|, with the signs of w, of a start or of parameters.
struct NormalisedLogs {
  double log_r = 0.0;
  double log_norm = 0.0;  // log |v|
  SignedLog w;            // (d)
};
NormalisedLogs normalised_logs(const WeightNormalised& spec, const SignedLog& radius, const SignedLog& direction);
NormalisedLogs normalised_logs(const WeightNormalised& spec, const Start& start);
NormalisedLogs normalised_logs(const WeightNormalised& spec, VecIn theta);

// w^N where it may leave the range of a double.
Predictor power_predictor(int depth, const SignedLog& w);

class WeightNormalisedModel final : public PredictorModel {
 public:
  WeightNormalisedModel(const WeightNormalised& spec, MapPtr features);

  Index parameters() const override { return features_->cols() + 1; }
  std::vector<Block> blocks() const override;
  void outputs(VecIn theta, VecOut f) const override;
  void vjp(VecIn theta, VecIn df, VecOut g) const override;
  void jvp(VecIn theta, VecIn dtheta, VecOut df) const override;
  void hvp(VecIn theta, VecIn df, VecIn dtheta, VecOut out) const override;
  Predictor predictor(VecIn theta) const override;

  void beta(VecIn theta, VecOut out) const override;
  void pull_back(VecIn theta, VecIn h, VecOut g) const override;
  Vector term_sizes(VecIn theta) const override;

 private:
  WeightNormalised spec_;
  MapPtr features_;
  double unit_;  // sqrt(rate_r)
};

}  // namespace penchant
