// Penchant: which of the infinitely many parameters that fit the data does training pick, and why?
//
//   Dataset+Model+Loss+Init = Problem --(Dynamics)--> simulate -> Trajectory ------------------------.
//                                |                                                                  compare -> Comparison -> Record
//                                '--(Dynamics, Facts)--> predict -> Prediction{Limit} -> solve -> Solution{predictor,
//                                  dual, Certificate}
//
// Five verbs, free functions, inputs const, result returned. dynamics/ trains, limits/ solves and certifies,
// theory/ says which limit belongs to which training, lab/ is the only place where they meet.
#pragma once

#include "penchant/data/load.h"
#include "penchant/dynamics/simulate.h"
#include "penchant/lab/compare.h"
#include "penchant/lab/facts.h"
#include "penchant/lab/run.h"
#include "penchant/limits/solve.h"
#include "penchant/problem.h"
#include "penchant/theory/prediction.h"
