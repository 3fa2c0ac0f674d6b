#include "http/openapi.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

namespace oprag::http {

namespace {

using SchemaOf = std::function<bj::object(json::Components&)>;

std::string key_of(const Spec& spec) {
  return std::string(spec.method) + " " + std::string(spec.path);
}

// "POST /v1/projects/{id}/keys" is postProjectsIdKeys.
std::string operation_id(const Spec& spec) {
  std::string id = ascii_lower(spec.method);
  bool upper = true;
  auto path = spec.path;
  if (path.starts_with("/v1/")) path.remove_prefix(3);
  for (const char c : path) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter) id += upper && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    upper = !letter;
  }
  return id;
}

bj::array security_of(Access access) {
  switch (access) {
    case Access::open:
      return {};
    case Access::signed_in:
    case Access::member:
    case Access::admin:
      return {bj::object{{"jwt", bj::array{}}}};
    case Access::chat:
      return {bj::object{{"apiKey", bj::array{}}}, bj::object{{"apiKeyBearer", bj::array{}}},
              bj::object{{"visitorToken", bj::array{}}}};
  }
  return {};
}

std::string_view who_may(Access access) {
  switch (access) {
    case Access::open:
      return "Public.";
    case Access::signed_in:
      return "Any signed-in user, with a company or without.";
    case Access::member:
      return "Role: member.";
    case Access::admin:
      return "Role: admin.";
    case Access::chat:
      return "API key, or a widget visitor's token.";
  }
  return "";
}

void add_parameters(const SchemaOf& schema_of, std::string_view place, bj::array& parameters) {
  if (!schema_of) return;
  json::Components local;  // parameters are written out, so their struct is no schema of the document
  const auto reference = std::string(schema_of(local).at("$ref").as_string());
  const auto types = local.release();
  const auto& type = types.at(reference.substr(reference.rfind('/') + 1)).as_object();
  const auto* required = type.if_contains("required");
  for (const auto& property : type.at("properties").as_object()) {
    const auto is_it = [&](const bj::value& name) { return name.as_string() == property.key(); };
    const bool needed = place == "path" || (required && std::ranges::any_of(required->as_array(), is_it));
    bj::object parameter{{"name", property.key()}, {"in", place}, {"required", needed}, {"schema", property.value()}};
    if (place == "query" && !needed) parameter["allowEmptyValue"] = true;  // as if it were not there
    parameters.push_back(std::move(parameter));
  }
}

void add_header(std::string_view name, std::string_view what, bj::object schema, bj::array& parameters) {
  parameters.push_back(
      {{"name", name}, {"in", "header"}, {"required", false}, {"description", what}, {"schema", std::move(schema)}});
}

bj::object string_schema() {
  return {{"type", "string"}};
}

// Printable ASCII; white space around a header's value is no part of it.
bj::object idempotency_key_schema() {
  return {{"type", "string"}, {"minLength", 1}, {"maxLength", 255}, {"pattern", "^[!-~]([ -~]*[!-~])?$"}};
}

// The failures that a route's declaration makes possible.
std::set<int> failures_of(const Spec& spec, const Operation& operation) {
  std::set<int> failures = {500, 503};
  if (operation.body_schema) failures.insert({400, 413, 415});
  if (operation.query_schema) failures.insert(400);
  if (operation.path_schema) failures.insert(404);
  if (spec.access != Access::open) failures.insert({401, 403, 429});
  if (spec.creates) failures.insert({409, 422});
  if (spec.has_etag && spec.method == "PATCH") failures.insert(412);
  if (spec.patient) failures.insert(502);
  for (const int status : spec.also) {
    if (status != 0) failures.insert(status);
  }
  return failures;
}

bj::object success_of(const Spec& spec, const Operation& operation, const Example* example,
                      json::Components& components) {
  bj::object success{{"description", spec.summary}};
  bj::object content;
  if (operation.answer_schema) {
    bj::object json{{"schema", operation.answer_schema(components)}};
    if (example && !example->answer.is_null()) json["example"] = example->answer;
    content["application/json"] = std::move(json);
  }
  if (operation.streams) content["text/event-stream"] = bj::object{};
  if (!content.empty()) success["content"] = std::move(content);
  if (spec.has_etag) success["headers"] = {{"ETag", bj::object{{"schema", bj::object{{"type", "string"}}}}}};
  return success;
}

bj::object operation_of(const Route& route, const Example* example, json::Components& components) {
  const auto& [spec, operation, run] = route;
  bj::object out{{"operationId", operation_id(spec)}, {"summary", spec.summary}, {"description", who_may(spec.access)}};
  if (!spec.tag.empty()) out["tags"] = bj::array{spec.tag};
  out["security"] = security_of(spec.access);

  bj::array parameters;
  add_parameters(operation.path_schema, "path", parameters);
  add_parameters(operation.query_schema, "query", parameters);
  if (spec.creates)
    add_header("Idempotency-Key", "Repeats within 24 hours get the first answer", idempotency_key_schema(), parameters);
  if (spec.has_etag && spec.method == "PATCH")
    add_header("If-Match", "The ETag that the change is based on", string_schema(), parameters);
  if (!parameters.empty()) out["parameters"] = std::move(parameters);

  if (operation.body_schema) {
    bj::object json{{"schema", operation.body_schema(components)}};
    if (example && !example->request.is_null()) json["example"] = example->request;
    const bool may_be_absent = operation.body_optional && spec.method != "PATCH";
    out["requestBody"] = {{"required", !may_be_absent}, {"content", bj::object{{"application/json", std::move(json)}}}};
  }

  bj::object responses;
  responses[std::to_string(spec.status)] = success_of(spec, operation, example, components);
  for (const int status : failures_of(spec, operation)) {
    const auto name = std::to_string(status);
    responses[name] = bj::object{{"$ref", "#/components/responses/" + name}};
  }
  out["responses"] = std::move(responses);
  return out;
}

bj::object error_schema() {
  bj::array words;
  for (const auto& kind : error_kinds) words.push_back(bj::string(kind.word));
  return {{"type", "object"},
          {"properties", bj::object{{"error", string_schema()},
                                    {"code", bj::object{{"type", "string"}, {"enum", words}}},
                                    {"requestId", string_schema()}}},
          {"required", bj::array{"error", "code", "requestId"}}};
}

bj::object problem_schema() {
  return {{"type", "object"},
          {"properties", bj::object{{"type", string_schema()},
                                    {"title", string_schema()},
                                    {"status", bj::object{{"type", "integer"}}},
                                    {"detail", string_schema()},
                                    {"instance", string_schema()},
                                    {"code", string_schema()},
                                    {"requestId", string_schema()}}},
          {"required", bj::array{"type", "title", "status", "detail"}}};
}

// One per status: each code that it may carry, with its meaning.
bj::object error_responses() {
  std::map<int, bj::object> examples;
  std::map<int, std::string> descriptions;
  for (const auto& kind : error_kinds) {
    const bj::object body{
        {"error", kind.meaning}, {"code", kind.word}, {"requestId", "5f0c5a4e-3f0b-4a52-9d0e-0c2f6a1b7d11"}};
    examples[kind.status][kind.word] = bj::object{{"summary", kind.meaning}, {"value", body}};
    auto& description = descriptions[kind.status];
    description.append(description.empty() ? "" : "; ").append(kind.word).append(": ").append(kind.meaning);
  }
  bj::object responses;
  for (const auto& [status, by_code] : examples) {
    const auto reference = [](const char* name) {
      return bj::object{{"$ref", std::string("#/components/schemas/") + name}};
    };
    bj::object response{
        {"description", descriptions[status]},
        {"content", bj::object{{"application/json", bj::object{{"schema", reference("Error")}, {"examples", by_code}}},
                               {"application/problem+json", bj::object{{"schema", reference("Problem")}}}}}};
    if (status == 429 || status == 503) {
      response["headers"] = {{"Retry-After", bj::object{{"schema", bj::object{{"type", "integer"}}}}}};
    }
    responses[std::to_string(status)] = std::move(response);
  }
  return responses;
}

bj::object security_schemes() {
  return {
      {"jwt", bj::object{{"type", "http"},
                         {"scheme", "bearer"},
                         {"bearerFormat", "JWT"},
                         {"description", "The ID token of a dashboard user"}}},
      {"apiKey",
       bj::object{
           {"type", "apiKey"}, {"in", "header"}, {"name", "X-Oprag-Key"}, {"description", "sk_live_… or sk_test_…"}}},
      {"apiKeyBearer",
       bj::object{{"type", "http"}, {"scheme", "bearer"}, {"description", "The same key as a bearer token"}}},
      {"visitorToken", bj::object{{"type", "http"},
                                  {"scheme", "bearer"},
                                  {"description", "From the widget's configuration; bound to its Origin"}}}};
}

bool may_be_null(const bj::value& schema) {
  const auto* type = schema.as_object().if_contains("type");
  const auto* choices = schema.as_object().if_contains("anyOf");
  return (type && type->is_array()) || choices != nullptr;
}

// The names of the schemas that a part of the document refers to, directly or through others.
void collect_names(const bj::value& part, const bj::object& schemas, std::set<std::string>& names) {
  if (part.is_array()) {
    for (const auto& item : part.as_array()) collect_names(item, schemas, names);
  } else if (part.is_object()) {
    for (const auto& member : part.as_object()) {
      if (member.key() == "$ref") {
        const std::string_view reference = member.value().as_string();
        const std::string name(reference.substr(reference.rfind('/') + 1));
        if (schemas.contains(name) && names.insert(name).second) collect_names(schemas.at(name), schemas, names);
      } else {
        collect_names(member.value(), schemas, names);
      }
    }
  }
}

// A request may leave out what may be null and has no member that its route does not know. An answer has every member
// that may be null, so a client need not ask for both, and may have more one day.
void tell_answers_from_requests(const bj::object& paths, bj::object& schemas) {
  std::set<std::string> asked, answered;
  for (const auto& path : paths) {
    for (const auto& operation : path.value().as_object()) {
      if (const auto* body = operation.value().as_object().if_contains("requestBody")) {
        collect_names(*body, schemas, asked);
      }
      collect_names(operation.value().at("responses"), schemas, answered);
    }
  }
  for (const auto& name : answered) {
    auto& schema = schemas.at(name).as_object();
    if (asked.contains(name)) continue;
    schema.erase("additionalProperties");
    const auto* properties = schema.if_contains("properties");
    if (!properties) continue;
    bj::array required = schema.contains("required") ? schema.at("required").as_array() : bj::array{};
    for (const auto& property : properties->as_object()) {
      if (may_be_null(property.value())) required.emplace_back(property.key());
    }
    if (!required.empty()) schema["required"] = std::move(required);
  }
}

}  // namespace

bj::object openapi(const Router& router, const ApiInfo& info) {
  json::Components components;
  components.add("Error", error_schema());
  components.add("Problem", problem_schema());
  auto unused = info.examples;
  bj::object paths;
  for (const auto& route : router.routes()) {
    const auto found = info.examples.find(key_of(route->spec));
    unused.erase(key_of(route->spec));
    auto& path = paths[route->spec.path];
    if (!path.is_object()) path.emplace_object();
    path.get_object()[ascii_lower(route->spec.method)] =
        operation_of(*route, found == info.examples.end() ? nullptr : &found->second, components);
  }
  if (!unused.empty()) throw std::logic_error("an example for no route: " + unused.begin()->first);

  bj::object about{{"title", info.title}, {"version", info.version}};
  if (!info.description.empty()) about["description"] = info.description;
  bj::object document{{"openapi", "3.1.0"}, {"info", std::move(about)}};
  if (!info.server_url.empty()) document["servers"] = bj::array{bj::object{{"url", info.server_url}}};
  auto schemas = components.release();
  tell_answers_from_requests(paths, schemas);
  document["paths"] = std::move(paths);
  document["components"] = {
      {"schemas", std::move(schemas)}, {"responses", error_responses()}, {"securitySchemes", security_schemes()}};
  return document;
}

}  // namespace oprag::http
