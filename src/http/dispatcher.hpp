// From a request to its answer: the order of checks, and what every answer carries. Works without a server: tests call
// respond() with a Request of their own.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "http/application.hpp"
#include "http/hooks.hpp"
#include "http/metrics.hpp"
#include "http/router.hpp"

namespace oprag::http {

// A part of the address space that is no list of routes: the object store, the identity provider, the dashboard's
// files. It answers for itself, credentials and CORS included; what it throws becomes the contract's error answer.
struct Mount {
  std::string name;                           // in logs and metrics
  std::function<bool(const Request&)> takes;  // by the head alone; on the I/O thread
  std::function<Response(const Request&)> answer;
  std::size_t body_limit = default_body_limit;
  bool streamed = false;  // reads Request::incoming
  bool patient = false;
};

// Null hooks check nothing (and null `authenticator` lets nobody in).
struct Hooks {
  Authenticator* authenticator = nullptr;
  RateLimiter* rate_limiter = nullptr;
  PathGuard* path_guard = nullptr;
  IdempotencyStore* idempotency = nullptr;
};

struct DispatcherSettings {
  bool rag_enabled = true;
  bool strict_transport = false;  // public_url is https: say so in every answer
  bool access_log = true;
};

class Dispatcher final : public Application {
 public:
  // The router is complete; it, the hooks and the metrics outlive the dispatcher.
  Dispatcher(const Router& router, Hooks hooks, DispatcherSettings settings, Metrics& metrics);
  ~Dispatcher() override;

  // The first mount that takes a request answers it, before any route. Before the server starts.
  void mount(Mount mount);

  Plan plan(const Request& request) const override;
  Response respond(const Request& request, const Plan& plan) override;
  Response refuse(const Request& request, const Refusal& refusal) const override;
  void completed(const Request& request, const Plan& plan, const Outcome& outcome) noexcept override;

  // A whole request without a server: plan() and respond(), with the limits that the server would apply.
  Response respond(Request request);

 private:
  struct Visit;       // one request on its way through the checks
  struct RouteMeter;  // counters of one route or mount
  using Check = std::optional<Refusal> (Dispatcher::*)(Visit&) const;

  Response answer(const Request& request, const Plan& plan) const;
  Response answer_route(Visit& visit) const;
  Response run(Visit& visit) const;  // the handler, once for each Idempotency-Key
  Response preflight(const Request& request) const;
  void dress(const Request& request, Response& response) const;

  std::optional<Refusal> known_route(Visit& visit) const;
  std::optional<Refusal> credentials(Visit& visit) const;
  std::optional<Refusal> company(Visit& visit) const;
  std::optional<Refusal> role(Visit& visit) const;
  std::optional<Refusal> rate(Visit& visit) const;
  std::optional<Refusal> retrieval_on(Visit& visit) const;
  std::optional<Refusal> body_size(Visit& visit) const;
  std::optional<Refusal> body_syntax(Visit& visit) const;
  std::optional<Refusal> path_ids(Visit& visit) const;
  std::optional<Refusal> idempotency_key(Visit& visit) const;

  std::unique_ptr<RouteMeter> make_meter(const std::string& route);

  const Router& router_;
  Hooks hooks_;
  DispatcherSettings settings_;
  Metrics& metrics_;
  std::vector<std::unique_ptr<Mount>> mounts_;
  std::unordered_map<const void*, std::unique_ptr<RouteMeter>> meters_;  // by Route or Mount; null: no route
};

}  // namespace oprag::http
