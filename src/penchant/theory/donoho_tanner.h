// Where least ℓ1 norm finds a sparse signal from Gaussian measurements, y = Xβ*, X (n, d) standard normal,
// β* with s non-zeros (theory C5).
//
//   φ normal density, Q(t) = P(N(0,1) > t), c = 2 (c = 1 if β* >= 0 is known). In a parameter t >= 0
//     n/d = cφ / (t + c(φ - tQ)),   s/n = 1 - tQ/φ:
//   from 1 at t = 0, both falling to 0. n/d is also the statistical dimension of the descent cone of the norm at β*, per feature,
//     min_t (s/d)(1 + t²) + (1 - s/d) c E[(N(0,1) - t)_+²],
//   up to 2/√(s d) (Amelunxen, Lotz, McCoy, Tropp 2014, Prop. 4.5). As d → ∞ the share of successes jumps from 0 to 1 there;
//     for any d it is
//   at most η for n <= n* - a√d and at least 1 - η for n >= n* + a√d, a = √(8 log(4/η)) (Theorem II there).
// Sources: Donoho and Tanner 2009, weak thresholds of the cross-polytope and the orthant; Donoho, Maleki, Montanari 2009,
// the parametric form.
#pragma once

namespace penchant {

// s/n on the curve at n/d in (0, 1]; NaN elsewhere. Relative accuracy 1e-11 from n/d = 1e-12 on.
double donoho_tanner(double samples_per_feature);
double donoho_tanner_positive(double samples_per_feature);

// n/d that s/d needs, the inverse of the same curve; s/d in (0, 1], NaN elsewhere.
double l1_dimension(double nonzeros_per_feature);
double positive_l1_dimension(double nonzeros_per_feature);

// a above; NaN for η outside (0, 1).
double transition_width(double eta);

}  // namespace penchant
