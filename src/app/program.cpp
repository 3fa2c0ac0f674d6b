#include "app/program.hpp"

#include "app/issuers.hpp"
#include "app/sign_ins.hpp"
#include "app/system_routes.hpp"
#include "app/web_assets.hpp"
#include "base/log.hpp"
#include "crypto/encoding.hpp"
#include "features/models_list/models_list.hpp"
#include "features/test_prompts/topics.hpp"
#include "models/bedrock.hpp"
#include "models/onnx_embedder.hpp"
#include "models/openai.hpp"

namespace oprag::app {
namespace {

constexpr auto titan = "amazon.titan-embed-text-v2:0";
constexpr std::chrono::seconds model_time{100};  // less than the server gives a chat: a slow model is a 502

std::string store_file(const Settings& settings) {
  return (settings.data_dir / "oprag.db").string();
}

// Installed beside the program, or as fetched in a checkout.
std::filesystem::path beside_program(const Settings& settings, const char* installed) {
  return settings.program_dir / "lib" / installed;
}

std::vector<std::string> model_ids(const Settings& settings) {
  if (settings.chat_model().empty()) return {};
  return {settings.chat_model()};
}

std::unique_ptr<mail::Mailer> open_mailer(const Settings& settings, const Clock& clock, const RandomText& random) {
  if (settings.smtp.url.empty()) return nullptr;
  return std::make_unique<mail::SmtpMailer>(settings.smtp, clock, random);
}

// A letter that the server does not take is logged; the link is then answered instead.
team::SendInvitation invitation_letters(mail::Mailer* mailer) {
  return [mailer](const team::InvitationLetter& letter) {
    if (!mailer) return false;
    try {
      mailer->send(mail::invitation(letter.to, letter.company, letter.invited_by, letter.url));
      return true;
    } catch (const mail::NotSent& failure) {
      log::warn("an invitation was not sent", {{"error", failure.what()}});
      return false;
    }
  };
}

identity::PoolSetup pool_setup(const Settings& settings, db::Database& database, const Clock& clock,
                               mail::Outbox* outbox) {
  identity::PoolSetup out;
  out.sign_up = settings.signup == "open"     ? identity::SignUpPolicy::open
                : settings.signup == "invite" ? identity::SignUpPolicy::invite
                                              : identity::SignUpPolicy::closed;
  if (outbox) {
    out.send_code = [outbox](const identity::CodeLetter& letter) {
      const bool reset = letter.purpose == identity::CodePurpose::reset;
      outbox->post(reset ? mail::reset_code(letter.to, letter.code) : mail::confirmation_code(letter.to, letter.code),
                   reset ? "reset code" : "confirmation code");
    };
  }
  out.invited = [&database, clock](const std::string& token) { return team::is_waiting(database, token, clock()); };
  return out;
}

std::vector<identity::OauthClient> oauth_clients(const Settings& settings, const identity::KeyRing& keys) {
  auto out = identity::read_oauth_clients(settings.oauth_clients);
  out.push_back({keys.client_id(), settings.redirect_uris});
  return out;
}

std::function<bool(db::Scrub)> scrub_of(const Settings& settings) {
  if (!settings.database.empty()) return [](db::Scrub) { return true; };
  return [file = store_file(settings)](db::Scrub what) { return db::scrub_sqlite(file, what); };
}

// The widget's bundle among the embedded files; empty in a program built without them.
std::string_view widget_script() {
  for (const auto& asset : assets::web()) {
    if (asset.path == "/widget.js") return asset.bytes;
  }
  return {};
}

boost::json::array blockers_of(db::Tenant& tenant, const projects::Project& project) {
  return json::encode(overview::check(tenant, project).blockers).as_array();
}

}  // namespace

std::vector<std::string> migrate_store(const Settings& settings, db::Apply apply) {
  return settings.database.empty() ? db::migrate_sqlite(store_file(settings), apply)
                                   : db::migrate_postgres(settings.database.reveal(), apply);
}

std::unique_ptr<db::Database> open_store(const Settings& settings) {
  migrate_store(settings, db::Apply::yes);
  return settings.database.empty() ? db::open_sqlite(store_file(settings))
                                   : db::open_postgres(settings.database.reveal());
}

models::BedrockOptions bedrock_options(const Settings& settings, const std::string& model) {
  auto out = settings.bedrock;
  out.model = model;
  return out;
}

std::unique_ptr<models::Embedder> open_embedder(const Settings& settings, const Clock& clock) {
  if (settings.embedder == "none") return nullptr;
  if (settings.embedder == "openai") return std::make_unique<models::OpenAiEmbedder>(settings.embedder_server);
  if (settings.embedder == "bedrock") {
    const auto& model = settings.embedder_server.model;
    return std::make_unique<models::TitanEmbedder>(
        bedrock_options(settings, model.empty() ? titan : model), std::stoul(settings.embedder_dimension), clock,
        [](std::chrono::milliseconds pause) { std::this_thread::sleep_for(pause); });
  }
  models::OnnxOptions options;
  options.library = settings.onnxruntime.empty() ? beside_program(settings, "libonnxruntime.so") : settings.onnxruntime;
  options.directory = settings.embedder_dir.empty() ? beside_program(settings, "model") : settings.embedder_dir;
  return std::make_unique<models::OnnxEmbedder>(options);
}

std::unique_ptr<models::ChatModel> open_chat_model(const Settings& settings, const Clock& clock) {
  if (settings.chat_model().empty()) return nullptr;
  if (settings.model_service == "bedrock") {
    auto options = bedrock_options(settings, settings.chat_model());
    options.timeouts.total = model_time;
    return std::make_unique<models::BedrockChatModel>(std::move(options), clock);
  }
  auto options = settings.model_server;
  options.timeouts.total = model_time;
  return std::make_unique<models::OpenAiChatModel>(std::move(options));
}

Program::Program(Settings given, World world)
    : settings(std::move(given)),
      clock(world.clock),
      random(world.random),
      database(open_store(settings)),
      keys(settings.secrets_dir, settings.region, settings.public_url),
      object_storage(settings, keys, clock),
      objects(object_storage.store()),
      embedder(open_embedder(settings, clock)),
      index(*database, objects, {.embedder = embedder ? embedder->name() : std::string()}),
      activity(clock, random),
      cursors(Secret(keys.key_for("cursors"))),
      extractor({.program = world.reader}),
      queue(*database, clock, random),
      workers(queue),
      chat_model(open_chat_model(settings, clock)),
      engine(
          [this](const std::string& question) {
            if (!embedder) return std::vector<float>();
            return std::move(embedder->embed(std::span(&question, 1), models::Purpose::query).front());
          },
          chat_model ? &model_answerer.emplace(*chat_model, random) : nullptr,
          settings.fallback == "extractive" ? answer::OnModelFailure::extract : answer::OnModelFailure::fail,
          embedder ? embedder->language() : std::string()),
      mailer(open_mailer(settings, clock, random)),
      outbox(mailer ? std::make_unique<mail::Outbox>(*mailer) : nullptr),
      users(*database, clock, random),
      pool(*database, keys, pool_setup(settings, *database, clock, outbox.get()), clock, random),
      provider(pool, keys, clock),
      authorization(pool, oauth_clients(settings, keys)),
      companies(*database, users, settings.default_plan, activity, publish_tenant(pool, keys), clock, random),
      plan_limits(settings.plans, clock),
      indexing(*database, objects, index, queue, workers, extractor, embedder.get(), activity, clock),
      text_view(*database, objects, cursors),
      projects(
          *database, plan_limits, activity, cursors, {.models = model_ids(settings)},
          [this](db::Tenant& tenant, const projects::Project& project) { indexing.rebuild(tenant, project); }, clock,
          random),
      documents(*database, objects, indexing, plan_limits, activity, cursors, settings.upload_limit, clock, random),
      api_keys(*database, activity, cursors, clock, random),
      deployments(*database, documents, indexing, api_keys, blockers_of, activity, settings.public_url, clock, random),
      idempotency_records(*database, clock),
      chat_streams(*database, idempotency_records, clock),
      chat(*database, index, engine, api_keys, plan_limits, chat_streams, chat::Transcript(clock, random), clock),
      sign_ins(std::make_unique<ProviderSignIns>(pool, keys)),
      members(*database, *sign_ins, activity, cursors, clock),
      invitations(*database, users, companies, plan_limits,
                  {.sign_ins = *sign_ins,
                   .send = invitation_letters(mailer.get()),
                   .publish = publish_tenant(pool, keys),
                   .dashboard = settings.public_url},
                  activity, clock, random),
      visitor_tokens(Secret(keys.key_for("visitor tokens")), clock),
      widget(*database, visitor_tokens, activity, settings.public_url, clock, random),
      conversations(*database, activity, cursors, clock),
      feedback(*database),
      activities(*database, cursors),
      analytics(*database, clock),
      billing(*database, plan_limits),
      dashboard(*database, plan_limits, clock),
      overview(*database, clock),
      workspace_settings(*database, model_ids(settings), activity, clock),
      find(*database),
      test_prompts(*database, test_prompts::topics_in(index), activity, cursors, clock, random),
      test_runs(
          *database,
          [this](const CompanyId& company, const ProjectId& project, const std::string& prompt) {
            return chat.ask_alone(company, project, prompt);
          },
          activity, cursors, {}, clock, random),
      retention(*database, objects, settings.archive_days, scrub_of(settings), activity),
      verifier(issuers_of(settings, keys), key_fetcher(), clock),
      authenticator({.database = *database,
                     .verifier = verifier,
                     .sessions = pool.sessions(),
                     .own_issuer = keys.issuer(),
                     .own_pool = keys.pool_id(),
                     .users = users,
                     .invitations = invitations,
                     .keys = api_keys,
                     .widget = widget}),
      rate_limits(settings.limits, *database, clock),
      path_guard(*database),
      pages(assets::web(), object_storage.foreign_origin(), path_prefix(settings.public_url)) {
  workers.add(std::string(documents::Indexing::job_kind),
              {.run = [this](const jobs::Job& job, std::stop_token stop) { indexing.run(job, stop); },
               .give_up = [this](const jobs::Job& job, const std::string& why) { indexing.give_up(job, why); }});
  add_routes();
  http::Hooks hooks;
  hooks.authenticator = &authenticator;
  hooks.rate_limiter = &rate_limits;
  hooks.path_guard = &path_guard;
  hooks.idempotency = &idempotency_records;
  dispatcher = std::make_unique<http::Dispatcher>(
      router, hooks,
      http::DispatcherSettings{.rag_enabled = settings.rag,
                               .strict_transport = settings.public_url.starts_with("https://")},
      metrics);
  mount();
}

Program::~Program() {
  stop_workers();
}

void Program::start_workers() {
  test_runs.recover(clock());
  workers.start(static_cast<std::size_t>(settings.workers));
}

void Program::stop_workers() {
  workers.stop();
}

// In the order of the contract's route list, which the API document keeps.
void Program::add_routes() {
  add_system_routes(router, *this);
  chat::add_routes(router, chat);
  dashboard::add_routes(router, dashboard);
  activity::add_routes(router, activities);
  analytics::add_routes(router, analytics);
  billing::add_routes(router, billing);
  conversations::add_routes(router, conversations, feedback);
  companies::add_routes(router, companies);
  team::add_routes(router, members, invitations);
  settings::add_routes(router, workspace_settings);
  projects::add_routes(router, projects);
  overview::add_routes(router, overview);
  widget::add_routes(router, widget, {.bytes = widget_script(), .cdn_url = settings.widget_cdn_url});
  test_prompts::add_routes(router, test_prompts, test_runs);
  documents::add_routes(router, documents, text_view);
  deployments::add_routes(router, deployments);
  api_keys::add_routes(router, api_keys);
  find::add_routes(router, find);
  models_list::OfferedModels models;
  for (const auto& id : model_ids(settings)) models.models.push_back({id, id, settings.model_leaves_machine});
  models_list::add_routes(router, models);
}

void Program::mount() {
  if (auto requests = object_storage.mount()) dispatcher->mount(std::move(*requests));
  dispatcher->mount({.name = "identity",
                     .takes = [this](const http::Request& request) { return provider.takes(request); },
                     .answer = [this](const http::Request& request) { return provider.answer(request); },
                     .body_limit = identity::protocol_body_limit});
  dispatcher->mount({.name = "authorization",
                     .takes = [this](const http::Request& request) { return authorization.takes(request); },
                     .answer = [this](const http::Request& request) { return authorization.answer(request); },
                     .body_limit = identity::form_body_limit});
  dispatcher->mount({.name = "pages",
                     .takes = [this](const http::Request& request) { return pages.takes(request); },
                     .answer = [this](const http::Request& request) { return pages.answer(request); }});
}

}  // namespace oprag::app
