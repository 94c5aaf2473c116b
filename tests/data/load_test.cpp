#include "penchant/data/load.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "penchant/core/npy.h"
#include "penchant/core/text.h"
#include "penchant/core/toml.h"
#include "support/planted.h"
#include "support/temporary.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

using testing::kEps;
using testing::refusal;
using testing::TemporaryFolder;
using Names = std::vector<std::string>;

const std::string kExamples = PENCHANT_SOURCE_DIR "/examples/data";

DatasetPtr load(const std::string& folder, std::string_view toml) {
  return load_dataset(data_from(from_toml(toml, "s.toml"), Where{"s.toml", "data", 0}), folder);
}
const Matrix& features(const DatasetPtr& data) { return require_dense(*data->features, "test"); }

std::string load_error(const std::string& folder, std::string_view toml) {
  return refusal([&] { load(folder, toml); });
}
// The message without the folder, which differs from run to run.
std::string load_error(const TemporaryFolder& folder, std::string_view toml) {
  std::string text = load_error(folder.path(), toml);
  for (const std::string prefix = folder.path("");;) {
    const std::size_t at = text.find(prefix + "/");
    if (at == std::string::npos) return text;
    text.erase(at, prefix.size() + 1);
  }
}

TEST(Load, iris_one_species_against_the_rest) {
  const DatasetPtr data = load(kExamples, "file = 'iris.csv'\ntarget = 'species'\nclasses = ['setosa', 'rest']");
  EXPECT_EQ(data->samples(), 150);
  EXPECT_EQ(data->dimension(), 4);
  EXPECT_EQ((data->targets.array() == -1.0).count(), 50);
  EXPECT_EQ((data->targets.array() == 1.0).count(), 100);
  EXPECT_EQ(data->targets[0], -1.0);
  EXPECT_EQ(data->transform.classes, (Names{"setosa", "rest"}));
  EXPECT_EQ(data->feature_names, (Names{"sepal_length_cm", "sepal_width_cm", "petal_length_cm", "petal_width_cm"}));
  EXPECT_EQ(features(data).row(149), (Eigen::RowVector4d() << 5.9, 3.0, 5.1, 1.8).finished());
  EXPECT_TRUE(data->is_classification());
}

TEST(Load, classes_drop_rows_of_other_labels_and_keep_their_order) {
  const DatasetPtr data = load(kExamples, "file = 'iris.csv'\ntarget = 'species'\nclasses = ['virginica', 'versicolor']");
  EXPECT_EQ(data->samples(), 100);
  EXPECT_TRUE((data->targets.head(50).array() == 1.0).all() && (data->targets.tail(50).array() == -1.0).all());
}

TEST(Load, diabetes_with_degree_two_features_standardised) {
  const DatasetPtr data = load(
      kExamples,
      "file = 'diabetes.csv'\ntarget = 'progression'\nrows = '0:40'\npolynomial = 2\nstandardise = true\ncentre_target = true");
  EXPECT_EQ(data->samples(), 40);
  ASSERT_EQ(data->dimension(), 65) << "10 columns, 10 squares, 45 products";
  const auto at = [&](const std::string& name) {
    return std::find(data->feature_names.begin(), data->feature_names.end(), name) - data->feature_names.begin();
  };
  // NumPy: z(v) = (v - v.mean()) / v.std() of age, age*bmi and s2^2 over the first 40 rows; y - y.mean().
  constexpr double kRounding = testing::rounding(400);  // sums of 40 terms, in either order
  EXPECT_NEAR(features(data)(0, at("age")), 0.9008468039197415, kRounding);
  EXPECT_NEAR(features(data)(3, at("age*bmi")), -1.2785139570172415, kRounding);
  EXPECT_NEAR(features(data)(39, at("s2^2")), 0.32396700227862885, kRounding);
  EXPECT_NEAR(data->targets[0], 2.45, kRounding * 150.0);
  EXPECT_NEAR(data->transform.target_centre, 148.55, kRounding * 150.0);
  for (Index j = 0; j < 65; ++j) {
    EXPECT_NEAR(features(data).col(j).mean(), 0.0, kRounding) << data->feature_names[static_cast<std::size_t>(j)];
    EXPECT_NEAR(features(data).col(j).squaredNorm() / 40.0, 1.0, kRounding);
  }
}

TEST(Load, breast_cancer_as_it_is) {
  const DatasetPtr data =
      load(kExamples, "file = 'breast_cancer.csv'\ntarget = 'diagnosis'\nclasses = ['benign', 'malignant']\nintercept = true");
  EXPECT_EQ(data->samples(), 569);
  EXPECT_EQ(data->dimension(), 31);
  EXPECT_EQ((data->targets.array() == 1.0).count(), 212) << "malignant cases of the Wisconsin set";
  EXPECT_EQ(data->feature_names.back(), "intercept");
  EXPECT_TRUE((features(data).col(30).array() == 1.0).all());
}

TEST(Load, numeric_labels_are_matched_by_value) {
  const TemporaryFolder folder;
  folder.write("a.csv", "x,y\n1,0\n2,1.0\n3,2\n4,0.0\n");
  const DatasetPtr data = load(folder.path(), "file = 'a.csv'\ntarget = 'y'\nclasses = [0, ['1', 2]]");
  EXPECT_EQ(data->targets, (Vector(4) << -1, 1, 1, -1).finished());
  EXPECT_EQ(data->transform.classes, (Names{"0", "1+2"}));
}

TEST(Load, all_formats_give_the_same_data) {
  const TemporaryFolder folder;
  folder.write("a.csv", "x1,label,x2\n1,-1,2\n0,1,4\n");
  folder.write("b.csv", "1,2\n0,4\n");
  folder.write("y.csv", "target\n-1\n1\n");
  folder.write("a.svm", "-1 1:1 2:2\n+1 2:4\n");
  folder.write("x.npy", to_npy((Matrix(2, 2) << 1, 2, 0, 4).finished()));
  folder.write("y.npy", to_npy((Matrix(2, 1) << -1, 1).finished()));
  folder.write("xy.npy", to_npy((Matrix(2, 3) << 1, 2, -1, 0, 4, 1).finished()));
  const std::string hash = load(folder.path(), "file = 'a.csv'\ntarget = 'label'")->hash;
  for (const char* source : {"file = 'a.svm'", "file = 'a.svm'\ntarget = 'label'", "x = 'b.csv'\ny = 'y.csv'",
                             "x = 'x.npy'\ny = 'y.npy'", "x = 'b.csv'\ny = 'y.npy'", "file = 'xy.npy'\ntarget = 'x3'"})
    EXPECT_EQ(load(folder.path(), source)->hash, hash) << source;
  EXPECT_NE(load(folder.path(), "file = 'a.csv'\ntarget = 'x2'")->hash, hash);
}

TEST(Load, rows_are_taken_before_everything_else) {
  const TemporaryFolder folder;
  folder.write("a.csv", "x,y\n1,2\n3,4\nbad,nan\n");
  const DatasetPtr data = load(folder.path(), "file = 'a.csv'\ntarget = 'y'\nrows = '0:2'\nstandardise = true");
  EXPECT_EQ(features(data), (Matrix(2, 1) << -1, 1).finished()) << "cells outside the rows do not matter";
  EXPECT_EQ(load_error(folder, "file = 'a.csv'\ntarget = 'y'\nrows = '1:4'"), "a.csv: rows = \"1:4\" but there are 3 rows");
}

TEST(Load, a_drawn_test_part_is_a_partition_and_leaves_the_transform_to_the_rest) {
  const std::string spec =
      "file = 'diabetes.csv'\ntarget = 'progression'\nstandardise = true\ncentre_target = true\ntest = 0.25\nseed = ";
  const DatasetPtr data = load(kExamples, spec + "1"), same = load(kExamples, spec + "1"), other = load(kExamples, spec + "2");
  EXPECT_EQ(data->hash, same->hash);
  EXPECT_NE(data->hash, other->hash);
  EXPECT_EQ(data->samples(), 442 - 111) << "110.5 rounds away from zero";
  ASSERT_EQ(data->test_targets.size(), 111);
  ASSERT_EQ(data->test_features->rows(), 111);
  EXPECT_NEAR(features(data).colwise().mean().cwiseAbs().maxCoeff(), 0.0, testing::rounding(442 * 10));
  EXPECT_GT(require_dense(*data->test_features, "test").colwise().mean().cwiseAbs().maxCoeff(), 1e-3)
      << "fitted on the training rows only";
  const DatasetPtr whole = load(kExamples, "file = 'diabetes.csv'\ntarget = 'progression'");
  std::multiset<double> parts, all(whole->targets.begin(), whole->targets.end());
  for (const Vector* part : {&data->targets, &data->test_targets})
    for (const double y : *part) parts.insert(std::round(y + data->transform.target_centre));
  EXPECT_EQ(parts, all);
}

TEST(Load, a_test_file_is_read_by_column_names_and_scaled_like_the_training_file) {
  const TemporaryFolder folder;
  folder.write("train.csv", "a,b,y\n1,5,10\n3,9,20\n");
  folder.write("test.csv", "y,b,extra,a\n12,7,0,5\n");
  const DatasetPtr data =
      load(folder.path(), "file = 'train.csv'\ntarget = 'y'\ntest = 'test.csv'\nstandardise = true\ncentre_target = true");
  EXPECT_EQ(require_dense(*data->test_features, "test"), (Matrix(1, 2) << 3, 0).finished());
  EXPECT_EQ(data->test_targets[0], -3.0);
  folder.write("test.csv", "y,b\n12,7\n");
  EXPECT_EQ(load_error(folder, "file = 'train.csv'\ntarget = 'y'\ntest = 'test.csv'"),
            "test.csv: no column \"a\" (a feature of the training file); known: y, b");
}

TEST(Load, folds_have_even_sizes_and_depend_on_the_seed) {
  const std::string spec = "file = 'diabetes.csv'\ntarget = 'progression'\nrows = '0:42'\nfolds = 4\nseed = ";
  const DatasetPtr data = load(kExamples, spec + "3");
  ASSERT_EQ(data->fold.size(), 42u);
  std::vector<int> sizes(4);
  for (const int fold : data->fold) ++sizes.at(static_cast<std::size_t>(fold));
  std::sort(sizes.begin(), sizes.end());
  EXPECT_EQ(sizes, (std::vector<int>{10, 10, 11, 11}));
  EXPECT_EQ(load(kExamples, spec + "3")->fold, data->fold);
  EXPECT_NE(load(kExamples, spec + "4")->fold, data->fold);
}

// Cross-validation: every row is tested once and never by a fit that has seen it; the rows of `test` are in neither part.
TEST(Load, each_fold_is_held_out_in_turn) {
  const std::string spec = "file = 'diabetes.csv'\ntarget = 'progression'\nrows = '0:42'\ntest = 0.25\nfolds = 4\nseed = 3\n";
  const DatasetPtr whole = load(kExamples, spec);
  std::vector<double> tested;
  for (int fold = 0; fold < 4; ++fold) {
    const DatasetPtr data = load(kExamples, spec + "held_out = " + std::to_string(fold));
    EXPECT_EQ(data->samples() + data->test_targets.size(), whole->samples());
    EXPECT_EQ(data->test_targets.size(), std::count(whole->fold.begin(), whole->fold.end(), fold));
    EXPECT_TRUE(data->fold.empty());
    tested.insert(tested.end(), data->test_targets.begin(), data->test_targets.end());
  }
  std::vector<double> all(whole->targets.begin(), whole->targets.end());
  std::sort(tested.begin(), tested.end());
  std::sort(all.begin(), all.end());
  EXPECT_EQ(tested, all);
}

TEST(Load, a_transform_is_applied_unchanged_to_new_tables) {
  const std::string spec =
      "file = 'diabetes.csv'\ntarget = 'progression'\nrows = '0:40'\npolynomial = 2\nstandardise = true\nintercept = true";
  const DatasetPtr data = load(kExamples, spec);
  const Table table = read_table_file(kExamples + "/diabetes.csv", 1 << 20);
  EXPECT_EQ(features_of(table, data->transform).topRows(40), features(data)) << "columns by name, the target ignored";

  const TemporaryFolder folder;
  const Table bare = parse_csv("59,2,32.1,101,157,93.2,38,4,4.8598,87\n", "new.csv");
  EXPECT_EQ(features_of(bare, data->transform).row(0), features(data).row(0)) << "by position without a header";
  EXPECT_EQ(refusal([&] { features_of(parse_csv("1,2\n", "new.csv"), data->transform); }),
            "new.csv: no column \"age\" (a feature of the trained model) in a file without header; known: x1, x2");
  EXPECT_EQ(refusal([&] { features_of(parse_csv("age,sex,bim\n1,2,3\n", "new.csv"), data->transform); }),
            "new.csv: no column \"bmi\" (a feature of the trained model) (did you mean \"bim\"?)");
}

TEST(Load, files_that_cannot_be_read_are_refused_by_name) {
  const TemporaryFolder folder;
  const auto error = [&](const std::string& file) { return load_error(folder, "file = '" + file + "'\ntarget = 'y'"); };
  EXPECT_EQ(error("none.csv"), "none.csv: no such file in " + folder.path()) << "says which folder was searched";
  std::filesystem::create_directory(folder.path("dir.csv"));
  EXPECT_EQ(error("dir.csv"), "dir.csv: is a folder, expected a file");
  folder.write("empty.csv", "");
  EXPECT_EQ(error("empty.csv"), "empty.csv: is empty, expected a table");
  folder.write("a.txt", "x,y\n1,2\n");
  EXPECT_EQ(error("a.txt"), "a.txt: unknown kind of table; known: .csv, .npy, .svm");
  folder.write("sparse.csv", "x,y\n1,2\n");
  std::filesystem::resize_file(folder.path("sparse.csv"), 2'000'000'000);
  EXPECT_EQ(error("sparse.csv"), "sparse.csv: 2000000000 bytes, more than max_bytes = 1000000000");
}

TEST(Load, cells_that_are_no_finite_number_are_refused_with_their_place) {
  const TemporaryFolder folder;
  const auto error = [&](const std::string& content) {
    folder.write("a.csv", content);
    return load_error(folder, "file = 'a.csv'\ntarget = 'y'");
  };
  EXPECT_EQ(error("age,bmi,y\n1,2,3\n4,high,6\n"), "a.csv:3: column 2 (bmi): got \"high\", expected a finite number");
  EXPECT_EQ(error("age,bmi,y\n1,2,3\n4,,6\n"), "a.csv:3: column 2 (bmi): got an empty cell, expected a finite number");
  EXPECT_EQ(error("age,bmi,y\n1,nan,3\n"), "a.csv:2: column 2 (bmi): got nan, expected a finite number");
  EXPECT_EQ(error("age,bmi,y\n1,2,-inf\n"), "a.csv:2: column 3 (y): got -inf, expected a finite number");
  EXPECT_EQ(error("age,bmi,y\n1,1e400,3\n"), "a.csv:2: column 2 (bmi): got \"1e400\", expected a finite number");
  EXPECT_EQ(error("age,y\n1,a\n2,b\n"),
            "a.csv:2: column 2 (y): the target is text (\"a\"); say which labels are -1 and +1, as classes = [\"a\", \"rest\"]");
  EXPECT_EQ(error("age,y\n1,\n2,3\n"), "a.csv:2: column 2 (y): got an empty cell, expected a finite number");
  folder.write("x.npy", to_npy((Matrix(2, 2) << 1, 2, std::nan(""), 4).finished()));
  EXPECT_EQ(load_error(folder, "file = 'x.npy'\ntarget = 'x2'"), "x.npy: row 2, column 1 (x1): got nan, expected a finite number");
}

TEST(Load, wrong_columns_labels_and_counts_are_refused_with_the_nearest_name) {
  EXPECT_EQ(load_error(kExamples, "file = 'diabetes.csv'\ntarget = 'progresion'"),
            kExamples + "/diabetes.csv: no column \"progresion\" (data.target) (did you mean \"progression\"?)");
  EXPECT_EQ(load_error(kExamples, "file = 'iris.csv'\ntarget = 'species'\nclasses = ['setosa', 'verginica']"),
            kExamples + "/iris.csv: classes: no row has species = \"verginica\" (did you mean \"virginica\"?)");
  EXPECT_EQ(load_error(kExamples, "file = 'iris.csv'\ntarget = 'species'\nclasses = ['setosa', 'virginica']\nrows = '0:50'"),
            kExamples + "/iris.csv: classes: no row has species = \"virginica\"; known: setosa");
  EXPECT_EQ(load_error(kExamples, "file = 'iris.csv'\ntarget = 'species'\nclasses = ['setosa', 'rest']\nrows = '0:50'"),
            kExamples + "/iris.csv: classes: no row is left for \"rest\": one class only, expected two");
  const TemporaryFolder folder;
  folder.write("x.csv", "1\n2\n3\n");
  folder.write("y.csv", "1\n2\n");
  folder.write("only.csv", "y\n1\n");
  EXPECT_EQ(load_error(folder, "x = 'x.csv'\ny = 'y.csv'"), "x.csv: 3 rows, but y.csv has 2");
  EXPECT_EQ(load_error(kExamples, "x = 'iris.csv'\ny = 'iris.csv'"),
            kExamples + "/iris.csv: 5 columns, expected one column of targets");
  EXPECT_EQ(load_error(folder, "file = 'only.csv'\ntarget = 'y'"), "only.csv: no feature columns beside the target");
  EXPECT_EQ(load_error(folder, "x = 'x.csv'\ny = 'x.csv'\nfolds = 4"), "x.csv: folds = 4 but there are 3 samples");
  EXPECT_EQ(load_error(folder, "x = 'only.csv'\ny = 'only.csv'\ntest = 0.5"),
            "only.csv: 1 row, expected at least 2 to draw a test part from");
}

TEST(Load, more_memory_than_max_bytes_is_refused_before_it_is_used) {
  EXPECT_EQ(load_error("", "generate = 'gaussian_regression'\nsamples = 1000000000\nfeatures = 1000000000"),
            "data.generate = \"gaussian_regression\": 1e+09 samples of 1e+09 features take 8e+18 bytes, more than max_bytes = "
            "1000000000");
  EXPECT_EQ(
      load_error(kExamples, "file = 'breast_cancer.csv'\ntarget = 'diagnosis'\nclasses = ['benign', 'rest']\npolynomial = 20"),
      kExamples + "/breast_cancer.csv: 569 samples of 4.713e+13 features take 2.145e+17 bytes, more than max_bytes = 1000000000");
}

TEST(Load, monomials_beyond_doubles_are_refused_by_name) {
  const TemporaryFolder folder;
  folder.write("a.csv", "a,b,y\n1,1e200,3\n2,1e200,4\n");
  EXPECT_EQ(load_error(folder, "file = 'a.csv'\ntarget = 'y'\npolynomial = 2"),
            "a.csv: feature b^2 is beyond the range of a double in some row");
}

}  // namespace
}  // namespace penchant
