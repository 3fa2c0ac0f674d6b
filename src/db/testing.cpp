#include "db/testing.hpp"

#include <cstdlib>
#include <filesystem>

#include "base/environment.hpp"
#include "base/text.hpp"
#include "db/migrations.hpp"
#include "db/postgres_connection.hpp"

namespace oprag::db::testing {
namespace {

std::string server_url() {
  const auto* url = std::getenv("OPRAG_TEST_POSTGRES");
  return url ? url : "";
}

// postgresql://user@host:port/name with the name replaced.
std::string with_database(const std::string& url, const std::string& name) {
  const auto slash = url.rfind('/');
  const auto question = url.find('?', slash);
  return url.substr(0, slash + 1) + name + (question == std::string::npos ? "" : url.substr(question));
}

// A migrated database that others are copied from, in a fraction of the time that migrating takes. Named by what the
// migrations say; the first test program that needs it makes it, and the server keeps it.
std::string template_database() {
  static const std::string name = [] {
    std::string all;
    for (const auto& migration : migrations()) all.append(migration.name).append(migration.sql);
    const auto out = "oprag_template_" + std::to_string(std::hash<std::string>{}(all));
    PostgresConnection server(server_url());
    server.command("SELECT pg_advisory_lock(hashtext('oprag template'))");
    if (!System(server).scalar<std::int64_t>("SELECT 1 FROM pg_database WHERE datname = $1", out)) {
      // Under another name until it is whole.
      const auto unfinished = "oprag_unfinished_" + ascii_lower(random_base62(16));
      server.command("CREATE DATABASE " + unfinished);
      migrate_postgres(with_database(server_url(), unfinished), Apply::yes);
      server.command("ALTER DATABASE " + unfinished + " RENAME TO " + out);
    }
    return out;
  }();
  return name;
}

}  // namespace

std::vector<std::string> engines() {
  std::vector<std::string> out{"sqlite"};
  if (!server_url().empty()) out.emplace_back("postgres");
  return out;
}

Store::Store(const std::string& engine) : engine_(engine), name_("oprag_test_" + ascii_lower(random_base62(16))) {
  if (engine_ == "sqlite") {
    place_ = (std::filesystem::temp_directory_path() / (name_ + ".db")).string();
    migrate_sqlite(place_, Apply::yes);
  } else {
    PostgresConnection(server_url()).command("CREATE DATABASE " + name_ + " TEMPLATE " + template_database());
    place_ = with_database(server_url(), name_);
  }
  reopen();
}

void Store::reopen() {
  database_.reset();
  database_ = engine_ == "sqlite" ? open_sqlite(place_, 2) : open_postgres(place_, 4);
}

Store::~Store() {
  database_.reset();
  if (engine_ == "sqlite") {
    for (const auto* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(place_ + suffix);
  } else {
    try {
      PostgresConnection(server_url()).command("DROP DATABASE " + name_ + " WITH (FORCE)");
    } catch (const std::exception&) {
      // The server is gone; so is the database.
    }
  }
}

}  // namespace oprag::db::testing
