#include "json/codec.hpp"

namespace oprag::json {

void Components::add(const std::string& name, bj::object schema) {
  auto& known = schemas_[name];
  if (!known.empty() && known != schema) throw std::logic_error("two types share the schema name " + name);
  known = std::move(schema);
}

bj::object Components::release() const {
  bj::object out;
  for (const auto& [name, schema] : schemas_) out.emplace(name, schema);
  return out;
}

void reject(std::string_view member, std::string_view why) {
  throw Error(ErrorCode::invalid_request, std::string(member).append(" ").append(why));
}

std::string member_path(std::string_view parent, std::string_view name) {
  return parent.empty() ? std::string(name) : std::string(parent).append(".").append(name);
}

bj::object nullable(bj::object schema) {
  if (schema.contains("$ref")) return {{"anyOf", bj::array{std::move(schema), bj::object{{"type", "null"}}}}};
  if (auto* type = schema.if_contains("type"); type && type->is_string()) {
    const bj::value single = *type;
    *type = bj::array{single, "null"};
    if (auto* words = schema.if_contains("enum")) words->get_array().emplace_back(nullptr);
  }
  return schema;
}

}  // namespace oprag::json
