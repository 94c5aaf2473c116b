// What the end of a training leaves of a signal that is nearly sparse (theory C5).
//
// X has the null space property of order s with constant ρ < 1:
// ‖v_S‖₁ <= ρ ‖v_{S^c}‖₁ for every v with Xv = 0 and every S of at most s entries. If y = Xx, Q = min ‖z‖₁ s.t. Xz = y, and the
// training ends at x_∞ with X x_∞ = y, ‖x_∞‖₁ <= (1 + ε) Q (ε: theory C2), then
//   ‖x_∞ - x‖₁ <= (1 + ρ)/(1 - ρ) (2 σ_s(x)₁ + ε Q).
// For Gaussian X, n >= C ρ^-2 s log(ed/s) is enough with high probability, C not given.
// Computing ρ is NP-hard (Tillmann and Pfetsch 2014):
// lab/null_space.h does where the null space is a line. Source: Chou, Maly, Rauhut 2023; Foucart and Rauhut 2013, Theorem 4.14.
#pragma once

namespace penchant {

// ρ in [0, 1); +inf from 1 on, NaN where an argument is negative. sigma = σ_s(x)₁, least = Q.
double recovery_bound(double rho, double sigma, double epsilon, double least);

// The least ρ >= 0 that the bound allows an error ‖x_∞ - x‖₁ with: what a run says about ρ from below. 1 where only ρ = 1 would do.
double least_null_space_constant(double error, double sigma, double epsilon, double least);

}  // namespace penchant
