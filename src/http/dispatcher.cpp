#include "http/dispatcher.hpp"

#include <algorithm>
#include <array>

#include "base/log.hpp"
#include "http/envelope.hpp"

namespace oprag::http {

struct Dispatcher::Visit {
  const Request& request;
  const Route* route;
  Context context;
  RateVerdict rate{};
};

struct Dispatcher::RouteMeter {
  std::string route;
  std::array<Counter*, 5> by_class;  // 1xx … 5xx
  Counter& broken;
  Histogram& duration;
};

namespace {

const Spec no_spec{};

bool is_success(const Response& response) {
  return response.status < 300;
}

bool is_public_api(std::string_view path) {
  return path == "/v1" || path.starts_with("/v1/") || path == "/health" || path == "/config" || path == "/widget.js";
}

bool is_preflight(const Request& request) {
  return request.method == "OPTIONS" && request.headers.contains("Origin") &&
         request.headers.contains("Access-Control-Request-Method");
}

void add_rate_headers(const RateVerdict& rate, Headers& headers) {
  if (rate.policy.empty()) return;
  const auto name = "\"" + rate.policy + "\"";
  headers.set("RateLimit-Policy",
              name + ";q=" + std::to_string(rate.limit) + ";w=" + std::to_string(rate.window_seconds));
  headers.set("RateLimit", name + ";r=" + std::to_string(rate.remaining) + ";t=" + std::to_string(rate.reset_seconds));
  if (!rate.allowed) headers.set("Retry-After", std::to_string(std::max<std::int64_t>(rate.reset_seconds, 1)));
}

// For GET of a record that has one: the client's copy is still good.
bool is_unchanged(const Request& request, const Response& response) {
  const auto tag = response.headers["ETag"];
  const auto known = request.headers["If-None-Match"];
  return !tag.empty() && (request.method == "GET" || request.method == "HEAD") && is_success(response) &&
         (known == "*" || known.contains(tag));
}

}  // namespace

Dispatcher::Dispatcher(const Router& router, Hooks hooks, DispatcherSettings settings, Metrics& metrics)
    : router_(router), hooks_(hooks), settings_(settings), metrics_(metrics) {
  meters_[nullptr] = make_meter("none");
  for (const auto& route : router_.routes()) {
    meters_[route.get()] = make_meter(std::string(route->spec.method) + " " + std::string(route->spec.path));
  }
}

Dispatcher::~Dispatcher() = default;

namespace {

bool wants_events(const Context& context) {
  if (context.spec.as_events == nullptr) return false;
  if (accepts_events(context.request)) return true;
  const auto* body = context.body.if_object();
  const auto* stream = body ? body->if_contains("stream") : nullptr;
  return stream != nullptr && stream->is_bool() && stream->get_bool();
}

}  // namespace

// The order of checks that the contract fixes; the head's and the target's size were checked while they were read.
Response Dispatcher::answer_route(Visit& visit) const {
  static constexpr std::array<Check, 10> checks = {
      &Dispatcher::known_route,      // 404
      &Dispatcher::credentials,      // 401; an API key's or visitor's origin 403
      &Dispatcher::company,          // 403 no_company
      &Dispatcher::role,             // 403
      &Dispatcher::rate,             // 429
      &Dispatcher::retrieval_on,     // 503 rag_disabled
      &Dispatcher::body_size,        // 413
      &Dispatcher::body_syntax,      // 415, 400
      &Dispatcher::path_ids,         // 404
      &Dispatcher::idempotency_key,  // 400
  };
  for (const auto check : checks) {
    if (const auto refusal = (this->*check)(visit))
      return error_response(visit.request, refusal->code, refusal->message);
  }
  auto answer = run(visit);
  const auto& context = visit.context;
  if (!answer.stream && answer.status < 300 && wants_events(context)) {
    return context.spec.as_events(visit.request, std::move(answer));
  }
  return answer;
}

Response Dispatcher::run(Visit& visit) const {
  const auto& context = visit.context;
  if (context.spec.creates && hooks_.idempotency && visit.request.headers.contains("Idempotency-Key")) {
    if (context.spec.as_events) {  // the handler keeps the record, so that streams and plain answers share one
      auto answer = hooks_.idempotency->recorded(context.caller, visit.request, context.spec);
      return answer ? std::move(*answer) : visit.route->run(context);
    }
    return hooks_.idempotency->run_once(context.caller, visit.request, context.spec,
                                        [&] { return visit.route->run(context); });
  }
  return visit.route->run(context);
}

std::optional<Refusal> Dispatcher::known_route(Visit& visit) const {
  if (visit.route) return {};
  return Refusal{ErrorCode::no_route, "No route for " + visit.request.method + " " + visit.request.path};
}

std::optional<Refusal> Dispatcher::credentials(Visit& visit) const {
  const auto access = visit.context.spec.access;
  if (access == Access::open) return {};
  if (!hooks_.authenticator) return Refusal{ErrorCode::unauthenticated, "Unauthorized"};
  auto caller = hooks_.authenticator->authenticate(visit.request, access);
  if (!caller) return caller.error();
  visit.context.caller = std::move(*caller);
  return {};
}

std::optional<Refusal> Dispatcher::company(Visit& visit) const {
  const auto access = visit.context.spec.access;
  if ((access != Access::member && access != Access::admin) || !visit.context.caller.company.empty()) return {};
  return Refusal{ErrorCode::no_company, "You belong to no company yet"};
}

std::optional<Refusal> Dispatcher::role(Visit& visit) const {
  if (visit.context.spec.access != Access::admin || visit.context.caller.role >= Role::admin) return {};
  return Refusal{ErrorCode::insufficient_role, "This needs the role admin or owner"};
}

std::optional<Refusal> Dispatcher::rate(Visit& visit) const {
  if (!hooks_.rate_limiter) return {};
  visit.rate = hooks_.rate_limiter->take(visit.context.caller, visit.request, visit.context.spec);
  if (visit.rate.allowed) return {};
  return Refusal{ErrorCode::rate_limited, "Too many requests"};
}

std::optional<Refusal> Dispatcher::retrieval_on(Visit& visit) const {
  if (!visit.context.spec.needs_rag || settings_.rag_enabled) return {};
  return Refusal{ErrorCode::rag_disabled, "The knowledge base is not enabled in this environment"};
}

std::optional<Refusal> Dispatcher::body_size(Visit& visit) const {
  if (!visit.request.body_too_large) return {};
  return Refusal{ErrorCode::body_too_large,
                 "The body is larger than " + std::to_string(visit.context.spec.body_limit) + " bytes"};
}

std::optional<Refusal> Dispatcher::body_syntax(Visit& visit) const {
  const auto& operation = visit.route->operation;
  if (operation.body_schema)
    visit.context.body = parse_body(visit.request, visit.context.spec, operation.body_optional);
  return {};
}

std::optional<Refusal> Dispatcher::path_ids(Visit& visit) const {
  const auto& context = visit.context;
  if (hooks_.path_guard && !context.path.empty())
    hooks_.path_guard->require(context.caller, context.spec, context.path);
  return {};
}

std::optional<Refusal> Dispatcher::idempotency_key(Visit& visit) const {
  if (!visit.context.spec.creates || !visit.request.headers.contains("Idempotency-Key")) return {};
  const auto key = visit.request.headers["Idempotency-Key"];
  const bool printable = std::ranges::all_of(key, [](char c) { return c >= 0x20 && c < 0x7f; });
  if (!key.empty() && key.size() <= 255 && printable) return {};
  return Refusal{ErrorCode::invalid_request, "Idempotency-Key must have between 1 and 255 printable ASCII characters"};
}

void Dispatcher::mount(Mount mount) {
  mounts_.push_back(std::make_unique<Mount>(std::move(mount)));
  meters_[mounts_.back().get()] = make_meter(mounts_.back()->name);
}

Plan Dispatcher::plan(const Request& request) const {
  Plan plan;
  for (const auto& mount : mounts_) {
    if (!mount->takes(request)) continue;
    plan.mount = mount.get();
    plan.body_limit = mount->body_limit;
    plan.streamed = mount->streamed;
    plan.patient = mount->patient;
    return plan;
  }
  plan.route = router_.find(request.method, request.segments, plan.path);
  if (plan.route) {
    plan.body_limit = plan.route->spec.body_limit;
    plan.patient = plan.route->spec.patient;
  }
  return plan;
}

Response Dispatcher::respond(const Request& request, const Plan& plan) {
  auto response = answer(request, plan);
  dress(request, response);
  return response;
}

Response Dispatcher::respond(Request request) {
  const auto decided = plan(request);
  if (request.body.size() > decided.body_limit) {
    request.body_too_large = true;
    request.body.clear();
  }
  return respond(request, decided);
}

Response Dispatcher::refuse(const Request& request, const Refusal& refusal) const {
  auto response = error_response(request, refusal.code, refusal.message);
  dress(request, response);
  return response;
}

// Every failure becomes an answer here, and only here.
Response Dispatcher::answer(const Request& request, const Plan& plan) const {
  Visit visit{
      request, plan.route, {.request = request, .spec = plan.route ? plan.route->spec : no_spec, .path = plan.path}};
  Response response;
  try {
    if (plan.mount && request.body_too_large) throw Error(ErrorCode::body_too_large, "The body is too large");
    if (plan.mount) return plan.mount->answer(request);
    if (is_preflight(request) && is_public_api(request.path) && !router_.methods_of(request.segments).empty()) {
      return preflight(request);
    }
    response = answer_route(visit);
  } catch (const Error& error) {
    response = error_response(request, error.code(), error.what(), error.extra());
  } catch (const ClientGone&) {
    response = error_response(request, ErrorCode::invalid_request, "The request ended early");
  } catch (const std::exception& fault) {
    log::error("request failed", {{"what", fault.what()}});
    response = error_response(request, ErrorCode::internal, "Internal error");
  }
  add_rate_headers(visit.rate, response.headers);
  return response;
}

Response Dispatcher::preflight(const Request& request) const {
  std::string methods;
  for (const auto method : router_.methods_of(request.segments))
    methods.append(methods.empty() ? "" : ", ").append(method);
  Response response{.status = 204};
  response.headers = {{"Access-Control-Allow-Methods", methods},
                      {"Access-Control-Allow-Headers",
                       "Authorization, Content-Type, X-Oprag-Key, Idempotency-Key, If-Match, Last-Event-ID, Accept"},
                      {"Access-Control-Max-Age", "600"}};
  return response;
}

// What every answer carries, unless its maker has said otherwise.
void Dispatcher::dress(const Request& request, Response& response) const {
  auto& headers = response.headers;
  const auto offer = [&](std::string_view name, std::string_view value) {
    if (!headers.contains(name)) headers.add(std::string(name), std::string(value));
  };
  if (is_unchanged(request, response)) {
    response.status = 304;
    response.body.clear();
    response.static_body = {};
    headers.remove("Content-Type");
  }
  headers.set("X-Request-Id", request.id);
  // Nothing is known of a malformed request's path: its refusal may be read from anywhere, too.
  if (request.path.empty() || is_public_api(request.path)) {
    headers.set("Access-Control-Allow-Origin", "*");
    headers.set("Access-Control-Expose-Headers", "X-Request-Id, Retry-After, ETag, RateLimit, RateLimit-Policy");
  }
  offer("X-Content-Type-Options", "nosniff");
  offer("Referrer-Policy", "no-referrer");
  offer("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  offer("Cache-Control", headers.contains("ETag") ? "private, no-cache" : "no-store");
  if (settings_.strict_transport) offer("Strict-Transport-Security", "max-age=31536000");
}

std::unique_ptr<Dispatcher::RouteMeter> Dispatcher::make_meter(const std::string& route) {
  const auto name = label("route", route);
  std::array<Counter*, 5> by_class{};
  for (std::size_t i = 0; i < by_class.size(); ++i) {
    by_class[i] = &metrics_.counter("oprag_http_requests_total", "Requests answered, by route and class of status",
                                    name + "," + label("status", std::to_string(i + 1) + "xx"));
  }
  return std::make_unique<RouteMeter>(
      route, by_class,
      metrics_.counter("oprag_http_broken_answers_total", "Answers that did not reach their client", name),
      metrics_.histogram("oprag_http_request_seconds", "From the head's last byte to the answer's", name));
}

void Dispatcher::completed(const Request& request, const Plan& plan, const Outcome& outcome) noexcept {
  const void* key = plan.mount ? static_cast<const void*>(plan.mount) : plan.route;
  const auto& meter = *meters_.at(key);
  const auto status_class = static_cast<std::size_t>(std::clamp(outcome.status / 100, 1, 5) - 1);
  if (outcome.status > 0) meter.by_class[status_class]->fetch_add(1, std::memory_order_relaxed);
  if (!outcome.complete) meter.broken.fetch_add(1, std::memory_order_relaxed);
  meter.duration.observe(outcome.duration);
  if (!settings_.access_log) return;
  // The route, not the path: a path may hold a file's name, and its ids are in the lines of the handler.
  log::info("request", {{"requestId", request.id},
                        {"route", meter.route},
                        {"method", request.method},
                        {"status", outcome.status},
                        {"bytes", outcome.bytes_sent},
                        {"durationMs", static_cast<double>(outcome.duration.count()) / 1e3},
                        {"client", request.client},
                        {"complete", outcome.complete}});
}

}  // namespace oprag::http
