// All of oprag without a socket: every service built by hand, joined, and reachable as one http::Application.
#pragma once
#include <filesystem>
#include <memory>
#include <string>

#include "answer/model_answer.hpp"
#include "app/authenticator.hpp"
#include "app/object_storage.hpp"
#include "app/pages.hpp"
#include "app/path_guard.hpp"
#include "app/settings.hpp"
#include "db/migrations.hpp"
#include "features/activity/activities.hpp"
#include "features/analytics/analytics.hpp"
#include "features/billing/billing.hpp"
#include "features/chat/chat.hpp"
#include "features/companies/companies.hpp"
#include "features/conversations/conversations.hpp"
#include "features/conversations/feedback.hpp"
#include "features/dashboard/dashboard.hpp"
#include "features/deployments/deployments.hpp"
#include "features/documents/indexing.hpp"
#include "features/documents/text_view.hpp"
#include "features/find/find.hpp"
#include "features/idempotency/records.hpp"
#include "features/limits/rate_limits.hpp"
#include "features/overview/overview.hpp"
#include "features/retention/retention.hpp"
#include "features/settings/settings.hpp"
#include "features/test_prompts/test_runs.hpp"
#include "http/dispatcher.hpp"
#include "identity/authorization.hpp"
#include "identity/provider.hpp"
#include "identity/user_pool.hpp"
#include "index/embedded_index.hpp"
#include "mail/outbox.hpp"

namespace oprag::app {

// What the world gives the program; tests give their own.
struct World {
  Clock clock = system_now;
  RandomText random = random_base62;
  std::filesystem::path reader;  // the program that `extract-worker` is a subcommand of
};

// The store of these settings, migrated. Throws db::OtherSchema.
std::unique_ptr<db::Database> open_store(const Settings& settings);
// Brings the schema up to date; returns what was, or would be, applied.
std::vector<std::string> migrate_store(const Settings& settings, db::Apply apply);
// Null when the settings say none. Throws std::runtime_error when it cannot be loaded.
std::unique_ptr<models::Embedder> open_embedder(const Settings& settings);

// Members in the order in which they need one another. Public: subcommands and tests call the services directly.
class Program {
 public:
  Program(Settings settings, World world);
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  // Starts the indexing threads; without it tests step workers.run_one().
  void start_workers();
  // Lets what runs reach its next heartbeat.
  void stop_workers();

  const Settings settings;
  const Clock clock;
  const RandomText random;

  std::unique_ptr<db::Database> database;
  identity::KeyRing keys;
  ObjectStorage object_storage;
  blobs::ObjectStore& objects;
  std::unique_ptr<models::Embedder> embedder;  // may be null
  index::EmbeddedIndex index;
  ActivityLog activity;
  Cursors cursors;
  ingest::Extractor extractor;
  jobs::Queue queue;
  jobs::Workers workers;
  std::unique_ptr<models::ChatModel> chat_model;  // may be null: extractive answers
  std::optional<answer::ModelAnswerer> model_answerer;
  answer::Engine engine;

  std::unique_ptr<mail::Mailer> mailer;  // may be null, and then there is
  std::unique_ptr<mail::Outbox> outbox;  // none of these either
  accounts::Users users;
  identity::UserPool pool;
  identity::Provider provider;
  identity::Authorization authorization;
  companies::Service companies;
  billing::PlanLimits plan_limits;
  documents::Indexing indexing;
  documents::TextView text_view;
  projects::Service projects;
  documents::Service documents;
  api_keys::Service api_keys;
  deployments::Service deployments;
  idempotency::Records idempotency_records;
  chat::Streams chat_streams;
  chat::Service chat;
  std::unique_ptr<team::SignIns> sign_ins;
  team::Members members;
  team::Invitations invitations;
  widget::VisitorTokens visitor_tokens;
  widget::Service widget;
  conversations::Service conversations;
  conversations::Feedback feedback;
  activity::Service activities;
  analytics::Service analytics;
  billing::Service billing;
  dashboard::Service dashboard;
  overview::Service overview;
  settings::Service workspace_settings;
  find::Service find;
  test_prompts::TestPrompts test_prompts;
  test_prompts::TestRuns test_runs;
  retention::Retention retention;

  identity::TokenVerifier verifier;
  Authenticator authenticator;
  limits::RateLimits rate_limits;
  PathGuard path_guard;
  Pages pages;
  http::Metrics metrics;
  http::Router router;
  std::unique_ptr<http::Dispatcher> dispatcher;  // what a server serves

 private:
  void add_routes();
  void mount();
};

}  // namespace oprag::app
