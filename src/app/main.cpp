// oprag: subcommands and what they say.
#include <CLI/CLI.hpp>
#include <iostream>

#include "app/backup.hpp"
#include "app/commands.hpp"
#include "app/control.hpp"
#include "app/data_directory.hpp"
#include "app/eval_command.hpp"
#include "app/program.hpp"
#include "app/serve.hpp"
#include "app/system_routes.hpp"
#include "base/log.hpp"
#include "ingest/extract_worker.hpp"
#include "json/pretty.hpp"

extern char** environ;

namespace oprag::app {
namespace {

namespace bj = boost::json;
namespace fs = std::filesystem;

fs::path own_program() {
  return fs::read_symlink("/proc/self/exe");
}

// Every setting as a flag of every subcommand: "--data-dir DIR", "--listen HOST:PORT" …
class SettingFlags {
 public:
  void add_to(CLI::App& app) {
    app.add_option("--config", file_, "settings file (default: oprag.toml here, when there is one)");
    for (const auto& setting : setting_table()) {
      auto name = "--" + std::string(setting.name);
      std::ranges::replace(name, '_', '-');
      app.add_option_function<std::string>(
          name, [this, &setting](const std::string& value) { given_[std::string(setting.name)] = value; },
          std::string(setting.help) + (setting.fallback.empty() ? "" : " (" + std::string(setting.fallback) + ")"));
    }
  }
  // Throws std::invalid_argument.
  Settings resolve() const {
    const auto file = file_.empty() ? fs::path("oprag.toml") : fs::path(file_);
    auto out = app::resolve({read_file(file, !file_.empty()), read_environment(environ), given_});
    out.program_dir = own_program().parent_path();
    static constexpr std::pair<std::string_view, log::Level> levels[] = {{"debug", log::Level::debug},
                                                                         {"info", log::Level::info},
                                                                         {"warn", log::Level::warn},
                                                                         {"error", log::Level::error}};
    for (const auto& [word, level] : levels) {
      if (word == out.log_level) log::set_level(level);
    }
    return out;
  }

 private:
  std::string file_;
  std::map<std::string, std::string> given_;
};

// By the server that holds the data directory, or here when none does.
int run_anywhere(const Settings& settings, const Command& command) {
  auto answer = send_command(control_socket(settings.data_dir), command);
  if (!answer) {
    log::set_level(log::Level::error);
    const DataDirectory directory(settings.data_dir);
    Program program(settings, {.reader = settings.program_dir / "oprag"});
    answer = run_command(program, command);
  }
  if (answer->at("ok").as_bool()) {
    std::cout << std::string_view(answer->at("text").as_string()) << std::endl;
    return answer->contains("failed") ? 1 : 0;  // of several things one
  }
  std::cerr << "oprag: " << std::string_view(answer->at("error").as_string()) << std::endl;
  return 1;
}

int migrate(const Settings& settings, bool dry_run) {
  const DataDirectory directory(settings.data_dir);
  const auto names = migrate_store(settings, dry_run ? db::Apply::dry_run : db::Apply::yes);
  for (const auto& name : names) std::cout << (dry_run ? "would apply " : "applied ") << name << "\n";
  if (names.empty()) std::cout << "the store is up to date\n";
  return 0;
}

int restore_backup(const Settings& settings, const std::string& directory, Verify verify) {
  const auto manifest = restore(fs::absolute(directory), settings, verify);
  std::cout << "Restored to " << settings.data_dir.string() << ": " << summary(manifest) << ".\n";
  if (!manifest.database && verify == Verify::no) std::cout << "Restore the PostgreSQL database with pg_restore.\n";
  return 0;
}

// From the routes alone: nothing is read or written.
int print_openapi(Settings settings) {
  const auto scratch = fs::temp_directory_path() / ("oprag-openapi-" + random_base62(12));
  settings.data_dir = scratch;
  settings.objects = "disk";
  settings.objects_dir = scratch / "objects";
  settings.secrets_dir = scratch / "secrets";
  settings.database = Secret();
  settings.embedder = "none";
  fs::create_directories(scratch);
  {
    const Program program(settings, {});
    std::cout << json::pretty(api_document(program)) << std::endl;
  }
  fs::remove_all(scratch);
  return 0;
}

int print_config(const Settings& settings) {
  for (const auto& setting : setting_table()) {
    std::cout << setting.name << " = " << settings.shown.at(std::string(setting.name)) << "\n    "
              << environment_name(setting.name) << ": " << setting.help << "\n";
  }
  return 0;
}

int rotate_keys(const Settings& settings) {
  identity::KeyRing::rotate(settings.secrets_dir, system_now());
  std::cout
      << "There are new signing keys. Start every node again within a day: until then it signs with the old ones.\n"
         "Nobody is signed out.\n";
  return 0;
}

int run(int argc, char** argv) {
  CLI::App cli("oprag: document-backed chatbots that a company runs itself");
  cli.set_version_flag("--version", "oprag " + std::string(version));
  cli.require_subcommand(1);
  SettingFlags flags;
  Command command;
  std::function<int()> chosen;

  const auto subcommand = [&](CLI::App& parent, const char* name, const char* help) {
    auto* sub = parent.add_subcommand(name, help);
    flags.add_to(*sub);
    return sub;
  };
  const auto anywhere = [&](CLI::App* sub, const char* name) {
    sub->callback([&, name] {
      command["command"] = name;
      chosen = [&] { return run_anywhere(flags.resolve(), command); };
    });
  };
  const auto text = [&](CLI::App* sub, const char* option, const char* member, const char* help) {
    return sub->add_option_function<std::string>(
        option, [&command, member](const std::string& value) { command[member] = value; }, help);
  };

  subcommand(cli, "serve", "Serve the API, the dashboard and the widget")->callback([&] {
    chosen = [&] { return serve(flags.resolve()); };
  });
  bool dry_run = false;
  auto* migrating = subcommand(cli, "migrate", "Bring the store's schema up to date");
  migrating->add_flag("--dry-run", dry_run, "only say what would be applied");
  migrating->callback([&] { chosen = [&] { return migrate(flags.resolve(), dry_run); }; });
  subcommand(cli, "openapi", "Print the API's description")->callback([&] {
    chosen = [&] { return print_openapi(flags.resolve()); };
  });
  subcommand(cli, "config", "Print every setting with its value")->callback([&] {
    chosen = [&] { return print_config(flags.resolve()); };
  });

  auto* user = cli.add_subcommand("user", "People who sign in");
  user->require_subcommand(1);
  auto* adding = subcommand(*user, "add", "Add a confirmed user");
  text(adding, "EMAIL", "email", "the address to sign in with")->required();
  text(adding, "--name", "name", "as others see it");
  text(adding, "--password", "password", "default: a random one, printed");
  anywhere(adding, "user add");
  auto* resetting = subcommand(*user, "reset-password", "Give a user a new password");
  text(resetting, "EMAIL", "email", "whose")->required();
  text(resetting, "--password", "password", "default: a random one, printed");
  anywhere(resetting, "user reset-password");
  auto* promoting = subcommand(*user, "make-owner", "Make a member an owner of his company");
  text(promoting, "EMAIL", "email", "whom")->required();
  anywhere(promoting, "user make-owner");

  auto* project = cli.add_subcommand("project", "Projects");
  project->require_subcommand(1);
  auto* erasing = subcommand(*project, "erase", "Erase a project and all that it holds, at once and for good");
  text(erasing, "ID", "project", "which")->required();
  anywhere(erasing, "project erase");
  auto* company = cli.add_subcommand("company", "Companies");
  company->require_subcommand(1);
  auto* removing = subcommand(*company, "remove", "Erase a company with its projects and people, at once and for good");
  text(removing, "ID", "company", "which")->required();
  anywhere(removing, "company remove");
  auto* planning = subcommand(*company, "plan", "Put a company on another plan");
  text(planning, "ID", "company", "which")->required();
  text(planning, "PLAN", "plan", "one of the settings")->required();
  anywhere(planning, "company plan");

  auto* ingesting = subcommand(cli, "ingest", "Upload files to a project and wait until they are indexed");
  std::vector<std::string> files;
  ingesting->add_option("FILE", files, "what to upload")->required();
  text(ingesting, "--project", "project", "its id; not needed when there is one project");
  ingesting->callback([&] {
    command["command"] = "ingest";
    auto& list = command["files"].emplace_array();
    for (const auto& file : files) list.push_back(bj::string(fs::absolute(file).string()));
    chosen = [&] { return run_anywhere(flags.resolve(), command); };
  });
  auto* asking = subcommand(cli, "ask", "Ask a project's documents");
  text(asking, "QUESTION", "question", "what to ask")->required();
  text(asking, "--project", "project", "its id; not needed when there is one project");
  anywhere(asking, "ask");

  EvalRequest evaluation;
  auto* evaluating = subcommand(cli, "eval", "Measure answers on question sets, through the public API");
  evaluating->add_option("KIND=PATH", evaluation.sets, "what to measure:\n" + eval_kinds())->required();
  evaluating->add_option("--server", evaluation.server, "URL of a running server; default: one of its own");
  evaluating->add_option("--email", evaluation.email, "who asks there; new people are signed up");
  evaluating->add_option("--password", evaluation.password, "of the one who asks");
  evaluating->add_option("--questions", evaluation.most, "at most so many of each set; default: all");
  evaluating->add_option("--json", evaluation.json, "file to which the figures are written too");
  evaluating->callback([&] { chosen = [&] { return evaluate(flags.resolve(), evaluation); }; });
  subcommand(cli, "rotate-keys", "Make new keys to sign tokens with; start every node again within a day")
      ->callback([&] { chosen = [&] { return rotate_keys(flags.resolve()); }; });

  std::string directory;
  auto* backing = subcommand(cli, "backup", "Copy an installation while it works");
  backing->add_option("DIR", directory, "where to: empty, or not there yet")->required();
  backing->callback([&] {
    command = {{"command", "backup"}, {"directory", fs::absolute(directory).lexically_normal().string()}};
    chosen = [&] { return run_anywhere(flags.resolve(), command); };
  });
  bool verify = false;
  auto* restoring = subcommand(cli, "restore", "Make a new data directory from a backup");
  restoring->add_option("DIR", directory, "the backup")->required();
  restoring->add_flag("--verify", verify, "then open the store and look for every object that it names");
  restoring->callback(
      [&] { chosen = [&] { return restore_backup(flags.resolve(), directory, verify ? Verify::yes : Verify::no); }; });

  try {
    cli.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return cli.exit(e);
  }
  return chosen();
}

}  // namespace
}  // namespace oprag::app

int main(int argc, char** argv) {
  // The confined reader: before anything else is touched.
  if (argc == 2 && std::string_view(argv[1]) == "extract-worker") return oprag::ingest::extract_worker_main();
  try {
    return oprag::app::run(argc, argv);
  } catch (const std::exception& e) {
    std::cerr << "oprag: " << e.what() << std::endl;
    return 1;
  }
}
