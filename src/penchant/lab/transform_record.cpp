#include "penchant/lab/transform_record.h"

#include "penchant/core/fields.h"

namespace penchant {

template <>
struct Fields<Transform> {
  static constexpr auto table = std::make_tuple(Field{"inputs", &Transform::inputs, "columns read, in order"},
                                                Field{"degree", &Transform::degree, "total degree of the monomials"},
                                                Field{"centre", &Transform::centre, "subtracted from each feature"},
                                                Field{"scale", &Transform::scale, "then divided by"},
                                                Field{"intercept", &Transform::intercept, "a constant 1 appended"},
                                                Field{"target_centre", &Transform::target_centre, "subtracted from the targets"},
                                                Field{"classes", &Transform::classes, "names of -1 and +1"});
};

Value transform_value(const Transform& transform) { return write_table(transform); }

Transform transform_from(const Value& value, const std::string& where) {
  return read_table<Transform>(value, Where{where, "data.transform", 0});
}

}  // namespace penchant
