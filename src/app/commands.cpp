#include "app/commands.hpp"

#include <chrono>
#include <fstream>
#include <thread>

#include "app/backup.hpp"
#include "app/program.hpp"
#include "base/text.hpp"
#include "identity/refused.hpp"

namespace oprag::app {
namespace {

namespace bj = boost::json;

constexpr std::size_t generated_password_length = 20;
constexpr auto look_again = std::chrono::milliseconds(100);

std::string word(const Command& command, std::string_view name) {
  const auto* value = command.if_contains(name);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

bj::object said(std::string text) {
  return {{"ok", true}, {"text", std::move(text)}};
}

std::string password_or_new(Program& program, const Command& command) {
  const auto given = word(command, "password");
  return given.empty() ? program.random(generated_password_length) : given;
}

// Shown only when nobody has chosen it.
std::string password_line(const Command& command, const std::string& password) {
  return word(command, "password").empty() ? "\nPassword: " + password : std::string();
}

// The company's owner, as far as the services care: an operator acts for no person.
Caller operator_of(const CompanyId& company) {
  Caller caller;
  caller.kind = CallerKind::user;
  caller.company = company;
  caller.role = Role::owner;
  caller.name = "operator";
  return caller;
}

struct Place {
  ProjectId project_id;
  CompanyId company_id;
};
BOOST_DESCRIBE_STRUCT(Place, (), (project_id, company_id))

// The named project, or the only one.
Place place_of(Program& program, const Command& command) {
  const auto wanted = word(command, "project");
  const auto places = program.database->read_system([&](db::System& directory) {
    return directory.all<Place>(
        "SELECT project_id, company_id FROM project_directory WHERE $1 = '' OR project_id = $1 LIMIT 2", wanted);
  });
  if (places.size() == 1) return places.front();
  if (places.empty() && !wanted.empty()) throw std::invalid_argument("there is no project " + wanted);
  if (places.empty()) throw std::invalid_argument("there is no project yet; create one in the dashboard");
  throw std::invalid_argument("there are several projects: say which with --project");
}

bj::object add_user(Program& program, const Command& command) {
  const auto password = password_or_new(program, command);
  const auto name = word(command, "name");
  const auto user =
      program.pool.add(word(command, "email"), password, name.empty() ? std::nullopt : std::optional(name));
  return said("Added " + user.username + "." + password_line(command, password));
}

bj::object reset_password(Program& program, const Command& command) {
  const auto password = password_or_new(program, command);
  const auto email = word(command, "email");
  if (!program.pool.reset_password(email, password)) throw std::invalid_argument("there is no user " + email);
  return said("The password of " + email + " is new; all of this user's sessions have ended." +
              password_line(command, password));
}

bj::object make_owner(Program& program, const Command& command) {
  const auto email = ascii_lower(word(command, "email"));
  const auto changed = program.database->write_system([&](db::System& directory) {
    return directory.exec("UPDATE users SET role = $2 WHERE lower(email) = $1 AND company_id IS NOT NULL", email,
                          Role::owner);
  });
  if (changed == 0) throw std::invalid_argument("no member of a company has the address " + email);
  return said(email + " is an owner now.");
}

std::string read_whole(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::invalid_argument("cannot be read");
  return {std::istreambuf_iterator<char>(in), {}};
}

// The way of the public API, without its HTTP: ticket, objects, confirm, sync.
documents::Document upload(Program& program, const Caller& caller, const ProjectId& project, const std::string& path) {
  const auto bytes = read_whole(path);
  documents::UploadRequest request;
  request.filename.value = std::filesystem::path(path).filename().string();
  const auto ticket = program.documents.begin_upload(caller, project, request);
  program.objects.put(ticket.key, bytes);
  program.objects.put(ticket.metadata_key, ticket.metadata_body);
  return program.documents.confirm(caller, project, ticket.document_id);
}

documents::DocumentStatus status_of(Program& program, const Place& place, const DocumentId& id,
                                    std::optional<documents::Failure>& error) {
  return program.database->read(place.company_id, [&](db::Tenant& tenant) {
    const auto record = documents::record_of(tenant, documents::require(tenant, place.project_id, id));
    error = record.error;
    return record.status;
  });
}

bj::object ingest_files(Program& program, const Command& command) {
  const auto place = place_of(program, command);
  const auto caller = operator_of(place.company_id);
  documents::SyncRequest sync;
  sync.document_ids.emplace();
  std::vector<documents::Document> uploaded;
  std::string report;
  bool all = true;
  for (const auto& file : command.at("files").as_array()) {
    const std::string path(file.as_string());
    try {
      uploaded.push_back(upload(program, caller, place.project_id, path));
      sync.document_ids->value.push_back(uploaded.back().document_id);
    } catch (const Error& refused) {
      report += path + ": refused — " + refused.what() + "\n";
      all = false;
    } catch (const std::invalid_argument& unreadable) {
      report += path + ": " + unreadable.what() + "\n";
      all = false;
    }
  }
  if (!uploaded.empty()) program.documents.sync(caller, place.project_id, sync);
  for (const auto& document : uploaded) {
    std::optional<documents::Failure> error;
    auto status = status_of(program, place, document.document_id, error);
    while (status == documents::DocumentStatus::indexing) {
      // Without threads of our own the work is done here; a server's workers do it meanwhile.
      if (!program.workers.run_one()) std::this_thread::sleep_for(look_again);
      status = status_of(program, place, document.document_id, error);
    }
    report += document.filename + ": " + std::string(to_word(status)) + (error ? " — " + error->message : "") + "\n";
    all &= status == documents::DocumentStatus::indexed;
  }
  if (!report.empty()) report.pop_back();
  auto out = said(report);
  if (!all) out["failed"] = true;
  return out;
}

bj::object ask(Program& program, const Command& command) {
  const auto place = place_of(program, command);
  const auto result = program.chat.ask_alone(place.company_id, place.project_id, word(command, "question"));
  auto text = result.answer;
  for (std::size_t i = 0; i < result.sources.size(); ++i) {
    const auto& source = result.sources[i];
    text += "\n[" + std::to_string(i + 1) + "] " + source.filename;
    if (source.page_number.value) text += ", page " + std::to_string(*source.page_number.value);
  }
  return said(text);
}

bj::object take_backup(Program& program, const Command& command) {
  const auto directory = word(command, "directory");
  const auto manifest =
      back_up({*program.database, program.objects, program.settings.secrets_dir}, directory, program.clock);
  auto text = "Backed up to " + directory + ": " + summary(manifest) + ".";
  if (!manifest.database) {
    text +=
        "\nThe PostgreSQL database is not in it: dump it with pg_dump, always before this command, so that every "
        "object the dump names is in the backup.";
  }
  return said(text);
}

bj::object erase_project(Program& program, const Command& command) {
  if (word(command, "project").empty()) throw std::invalid_argument("say which project");  // never "the only one"
  const auto place = place_of(program, command);
  const auto receipt = program.retention.erase_project(place.company_id, place.project_id);
  return said("Erased the project " + place.project_id.value + ".\n" + receipt.text());
}

bj::object remove_company(Program& program, const Command& command) {
  const CompanyId company{word(command, "company")};
  if (company.empty()) throw std::invalid_argument("say which company");
  const auto receipt = program.retention.remove_company(company);
  return said("Removed the company " + company.value + ".\n" + receipt.text());
}

bj::object change_plan(Program& program, const Command& command) {
  const CompanyId company{word(command, "company")};
  const auto plan = word(command, "plan");
  const auto& plans = program.plan_limits.plans();
  if (plan != program.settings.default_plan && std::ranges::find(plans, plan, &billing::Plan::id) == plans.end()) {
    throw std::invalid_argument("the settings list no plan " + plan);
  }
  const auto changed = program.database->write_system([&](db::System& directory) {
    return directory.exec("UPDATE companies SET plan = $2, updated_at = $3 WHERE company_id = $1", company, plan,
                          program.clock());
  });
  if (changed == 0) throw std::invalid_argument("there is no company " + company.value);
  return said("The company " + company.value + " is on the plan " + plan + ".");
}

using Run = bj::object (*)(Program&, const Command&);
constexpr std::pair<std::string_view, Run> table[] = {
    {"user add", add_user},
    {"user reset-password", reset_password},
    {"user make-owner", make_owner},
    {"ingest", ingest_files},
    {"ask", ask},
    {"backup", take_backup},
    {"project erase", erase_project},
    {"company remove", remove_company},
    {"company plan", change_plan},
};

}  // namespace

bj::object run_command(Program& program, const Command& command) {
  const auto name = word(command, "command");
  for (const auto& [known, run] : table) {
    if (known != name) continue;
    try {
      return run(program, command);
    } catch (const identity::Refused& refused) {
      throw std::invalid_argument(refused.what());
    }
  }
  throw std::invalid_argument("this server knows no command \"" + name + "\"");
}

}  // namespace oprag::app
