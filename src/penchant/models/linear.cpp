#include "penchant/models/linear.h"

namespace penchant {

std::vector<Block> LinearModel::blocks() const { return model_blocks(Linear{}, features_->cols()); }

void LinearModel::outputs(VecIn theta, VecOut f) const { features_->apply(theta, f); }

void LinearModel::vjp(VecIn, VecIn df, VecOut g) const { features_->adjoint(df, g); }

void LinearModel::jvp(VecIn, VecIn dtheta, VecOut df) const { features_->apply(dtheta, df); }

void LinearModel::hvp(VecIn, VecIn, VecIn, VecOut out) const { out.setZero(); }

Predictor LinearModel::predictor(VecIn theta) const { return Predictor::vector(Vector(theta)); }

}  // namespace penchant
