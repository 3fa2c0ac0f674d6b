#include "features/retention/retention.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

#include "blobs/disk_store.hpp"
#include "support/test_app.hpp"

namespace oprag::retention {
namespace {

namespace fs = std::filesystem;

struct Column {
  std::string table_name, column_name, type;
};
BOOST_DESCRIBE_STRUCT(Column, (), (table_name, column_name, type))

// Tables in the order in which they were made, so that what is referred to comes first.
using Schema = std::vector<std::pair<std::string, std::map<std::string, std::string>>>;

constexpr std::string_view sqlite_columns = R"(
  SELECT m.name AS table_name, p.name AS column_name, lower(p.type) AS type
  FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table' ORDER BY m.rowid, p.cid)";
constexpr std::string_view postgres_columns = R"(
  SELECT c.relname AS table_name, a.attname AS column_name, format_type(a.atttypid, NULL) AS type
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
  WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace ORDER BY c.oid, a.attnum)";

std::size_t occurrences(const fs::path& file, const std::string& word) {
  std::ifstream in(file, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  return bytes.find(word) == std::string::npos ? 0 : 1;
}

struct Keeping : testing::EveryDatabase {
  Keeping() {
    for (const auto& column : app.database.read_system([&](db::System& s) {
           return s.all<Column>(GetParam() == "sqlite" ? sqlite_columns : postgres_columns);
         })) {
      if (schema.empty() || schema.back().first != column.table_name) schema.push_back({column.table_name, {}});
      schema.back().second[column.column_name] = column.type;
    }
  }
  ~Keeping() override { fs::remove_all(root); }

  // A row with the canary in every free column of every table that belongs to the project, or to the company at all.
  void fill(const CompanyId& company, const ProjectId& project, const std::string& canary, bool whole_company) {
    app.database.write(company, [&](db::Tenant& tenant) {
      for (const auto& [table, columns] : schema) {
        if (!columns.contains("company_id") || (!columns.contains("project_id") && !whole_company)) continue;
        std::string names, places;
        std::vector<db::Value> values;
        for (const auto& [name, type] : columns) {
          names += (names.empty() ? "" : ", ") + name;
          values.push_back(name == "company_id"   ? db::Value(company.value)
                           : name == "project_id" ? db::Value(project.value)
                           : type == "bigint"     ? db::Value(std::int64_t{1})
                           : type == "text"       ? db::Value(canary)
                                                  : db::Value(db::Blob{canary}));
          places += (places.empty() ? "$" : ", $") + std::to_string(values.size());
        }
        tenant.run("INSERT INTO " + table + " (" + names + ") VALUES (" + places + ") ON CONFLICT DO NOTHING", values);
      }
    });
    for (const std::string kind : {"documents", "text", "index"})
      objects.put(kind + "/" + company.value + "/" + project.value + "/" + canary, canary);
  }

  // "table.column" of every text that holds the word, as the company sees the store.
  std::vector<std::string> places_of(const CompanyId& company, const std::string& word) {
    return app.database.read(company, [&](db::Tenant& tenant) {
      std::vector<std::string> out;
      for (const auto& [table, columns] : schema) {
        for (const auto& [name, type] : columns) {
          if (type != "text") continue;
          const auto count = tenant.scalar<std::int64_t>(
              "SELECT COUNT(*) FROM " + table + " WHERE $1 <> '' AND lower(" + name + ") LIKE lower('%' || $2 || '%')",
              word);
          if (count.value_or(0) > 0) out.push_back(table + "." + name);
        }
      }
      return out;
    });
  }
  // Files of the store and of the objects that hold the word.
  std::vector<std::string> files_with(const std::string& word) {
    std::vector<fs::path> files;
    if (GetParam() == "sqlite") {
      for (const auto* suffix : {"", "-wal", "-shm"}) files.emplace_back(app.store.place() + suffix);
    }
    for (const auto& entry : fs::recursive_directory_iterator(root)) files.push_back(entry.path());
    std::vector<std::string> out;
    for (const auto& file : files) {
      const bool named = file.string().find(word) != std::string::npos;
      if (named || (fs::is_regular_file(file) && occurrences(file, word) > 0)) out.push_back(file.string());
    }
    return out;
  }

  std::int64_t count(const CompanyId& company, const std::string& table) {
    return app.database
        .read(company,
              [&](db::Tenant& tenant) {
                return tenant.scalar<std::int64_t>("SELECT COUNT(*) FROM " + table + " WHERE company_id = $1");
              })
        .value_or(0);
  }
  void set(const CompanyId& company, const std::string& sql) {
    app.database.write(company, [&](db::Tenant& tenant) { tenant.exec(sql); });
  }

  static bool lost_rows(const Receipt& receipt, const std::string& table) {
    return std::ranges::find(receipt.tables, table, &Receipt::Line::table) != receipt.tables.end();
  }

  fs::path root = fs::temp_directory_path() / ("oprag-retention-" + random_base62(12));
  blobs::DiskStore objects{{.root = root}, app.clock};
  Retention retention{
      app.database, objects, 30,
      [this](db::Scrub what) { return GetParam() != "sqlite" || db::scrub_sqlite(app.store.place(), what); },
      app.activity};
  Schema schema;
};

TEST_P(Keeping, StreamsGoWhenNobodyCanGoOnWithThem) {
  const auto company = app.found_company("ann", "Acme");
  const auto project = app.project("ann", "Help");
  app.database.write(company, [&](db::Tenant& tenant) {
    for (const auto& [id, alive] : {std::pair("old", app.now() - 11 * minute_ms), std::pair("new", app.now())}) {
      tenant.exec(
          "INSERT INTO chat_streams (company_id, project_id, stream_id, fingerprint, ended, began_at, alive_at) "
          "VALUES ($1, $2, $3, 'f', 1, $4, $4)",
          project, std::string(id), alive);
      tenant.exec(
          "INSERT INTO chat_stream_events (company_id, project_id, stream_id, ordinal, event) "
          "VALUES ($1, $2, $3, 1, 'e')",
          project, std::string(id));
    }
  });
  EXPECT_TRUE(retention.run_once(app.now()).empty());
  EXPECT_EQ(count(company, "chat_streams"), 1);
  EXPECT_EQ(count(company, "chat_stream_events"), 1);
}

TEST_P(Keeping, AnErasedProjectLeavesNoByteAndEveryOtherKeepsAll) {
  const auto company = app.found_company("ann", "Acme");
  const auto doomed = app.project("ann", "CANARY_A");
  const auto kept = app.project("ann", "CANARY_B");
  fill(company, doomed, "CANARY_A", false);
  fill(company, kept, "CANARY_B", false);
  const auto before = places_of(company, "CANARY_B");
  ASSERT_EQ(places_of(company, "CANARY_A").size(), before.size());
  ASSERT_FALSE(files_with("CANARY_A").empty());

  const auto receipt = retention.erase_project(company, doomed);
  EXPECT_EQ(places_of(company, "CANARY_A"), std::vector<std::string>());
  EXPECT_EQ(files_with("CANARY_A"), std::vector<std::string>());
  EXPECT_EQ(places_of(company, "CANARY_B"), before);
  EXPECT_EQ(objects.list("documents/").size(), 1u);
  EXPECT_EQ(receipt.objects, 3);
  EXPECT_TRUE(receipt.scrubbed);
  for (const auto& [table, columns] : schema) {
    if (columns.contains("company_id") && columns.contains("project_id")) {
      EXPECT_TRUE(lost_rows(receipt, table)) << table;
    }
  }
  EXPECT_THROW(retention.erase_project(company, doomed), Error);
}

TEST_P(Keeping, ARemovedCompanyLeavesNoByteAndItsNeighbourKeepsAll) {
  const auto doomed = app.found_company("ann", "CANARY_A");
  const auto kept = app.found_company("bob", "CANARY_B");
  fill(doomed, app.project("ann", "CANARY_A"), "CANARY_A", true);
  fill(kept, app.project("bob", "CANARY_B"), "CANARY_B", true);
  app.database.write_system([&](db::System& s) {
    for (const auto& [company, name] : {std::pair(doomed, "CANARY_A"), std::pair(kept, "CANARY_B")}) {
      s.exec(
          "INSERT INTO identity_users (subject, username, email_verified, tenant_id, status, enabled, created_at, "
          "updated_at) VALUES ($1, $1, 1, $2, 'CONFIRMED', 1, 1, 1)",
          name, company);
      s.exec(
          "INSERT INTO identity_sessions (session_id, subject, client_id, scope, auth_time, expires_at) "
          "VALUES ($1, $1, $1, $1, 1, 1)",
          name);
      s.exec("INSERT INTO identity_refresh_tokens (token_hash, session_id) VALUES ($1, $1)", name);
    }
  });
  const auto before = places_of(kept, "CANARY_B");

  const auto receipt = retention.remove_company(doomed);
  EXPECT_EQ(places_of(doomed, "CANARY_A"), std::vector<std::string>());
  EXPECT_EQ(places_of(doomed, doomed.value), std::vector<std::string>());
  EXPECT_EQ(files_with("CANARY_A"), std::vector<std::string>());
  EXPECT_EQ(places_of(kept, "CANARY_B"), before);
  for (const auto& [table, columns] : schema) {
    if (columns.contains("company_id")) {
      EXPECT_TRUE(lost_rows(receipt, table)) << table;
    }
  }
  EXPECT_THROW(retention.remove_company(doomed), Error);
}

TEST_P(Keeping, ConversationsGoAfterTheCompanysRetentionDays) {
  const auto company = app.found_company("ann", "Acme");
  const auto patient = app.found_company("bob", "Other");
  const auto ask = [&](const CompanyId& of, const ProjectId& project, const std::string& question) {
    app.say(of, {.project = project, .channel = chat::Channel::api, .environment = Environment::live}, question,
            {.answer = "Yes.", .answered = true});
  };
  const auto help = app.project("ann", "Help");
  ask(patient, app.project("bob", "Help"), "Kept for good?");
  ask(company, help, "CANARY_OLD?");
  app.advance(2 * day_ms);
  ask(company, help, "New?");
  fill(company, help, "settings", true);
  set(company, "UPDATE company_settings SET retention_days = 7 WHERE company_id = $1");
  set(company, "DELETE FROM messages WHERE company_id = $1 AND conversation_id = 'settings'");
  set(company, "DELETE FROM conversations WHERE company_id = $1 AND conversation_id = 'settings'");
  retention.run_once(app.now() + 5 * day_ms);
  EXPECT_EQ(count(company, "conversations"), 2) << "seven days are not over";
  retention.run_once(app.now() + 5 * day_ms + 1);
  EXPECT_EQ(count(company, "conversations"), 1);
  EXPECT_EQ(count(company, "messages"), 2);
  EXPECT_EQ(places_of(company, "CANARY_OLD"), std::vector<std::string>());
  retention.run_once(app.now() + 5000 * day_ms);
  EXPECT_EQ(count(company, "conversations"), 0);
  EXPECT_EQ(count(patient, "conversations"), 1);
}

TEST_P(Keeping, AnArchivedProjectIsErasedAfterItsDays) {
  const auto company = app.found_company("ann", "Acme");
  const auto project = app.project("ann", "CANARY_A");
  app.projects.archive(app.caller("ann"), project);
  retention.run_once(app.now() + 30 * day_ms - 1);
  EXPECT_EQ(count(company, "projects"), 1);
  retention.run_once(app.now() + 30 * day_ms);
  EXPECT_EQ(count(company, "projects"), 0);
  EXPECT_EQ(places_of(company, "CANARY_A"), std::vector<std::string>());
  EXPECT_EQ(files_with("CANARY_A"), std::vector<std::string>());
}

// Versions of documents with their objects, by hand.
struct Versions : Keeping {
  void document(const std::string& id, std::int64_t current, std::optional<std::int64_t> pending, bool deleted) {
    const std::optional<Timestamp> gone = deleted ? std::optional(app.now()) : std::nullopt;
    app.database.write(company, [&](db::Tenant& t) {
      t.exec(
          "INSERT INTO documents (company_id, project_id, document_id, current_version, pending_version, deleted_at, "
          "created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
          project, id, current, pending, gone, app.now());
    });
  }
  void version(const std::string& id, std::int64_t number, const std::string& status) {
    const auto name = company.value + "/" + project.value + "/" + id + "-" + std::to_string(number);
    app.database.write(company, [&](db::Tenant& t) {
      t.exec(
          "INSERT INTO document_versions (company_id, project_id, document_id, version, filename, content_type, "
          "object_key, status, created_at, url_expires_at, pages_without_text, text_object) "
          "VALUES ($1, $2, $3, $4, 'a.txt', 'text/plain', $5, $6, $7, $7, '[]', $8)",
          project, id, number, "documents/" + name, status, app.now(), "text/" + name);
    });
    for (const auto& key : {"documents/" + name, "documents/" + name + ".metadata.json", "text/" + name})
      objects.put(key, "words");
  }
  std::vector<std::string> left() {
    std::vector<std::string> out;
    for (const auto& key : objects.list("text/")) out.push_back(key.substr(key.rfind('/') + 1));
    EXPECT_EQ(objects.list("documents/").size(), 2 * out.size());
    EXPECT_EQ(count(company, "document_versions"), static_cast<std::int64_t>(out.size()));
    return out;
  }
  void cite(const std::string& id, std::int64_t number) {
    answer::Source source;
    source.document_id = {id};
    source.version = number;
    app.say(company, {.project = project, .channel = chat::Channel::api, .environment = Environment::live}, "Why?",
            {.answer = "So.", .answered = true, .sources = {source}});
  }

  CompanyId company = app.found_company("ann", "Acme");
  ProjectId project = app.project("ann", "Help");
};
using Names = std::vector<std::string>;

TEST_P(Versions, UnconfirmedUploadsGoADayAfterTheirUrlEnds) {
  document("doc_upload", 1, {}, false);
  version("doc_upload", 1, "pending_upload");
  document("doc_replaced", 1, 2, false);
  version("doc_replaced", 1, "indexed");
  version("doc_replaced", 2, "pending_upload");
  retention.run_once(app.now() + day_ms);
  EXPECT_EQ(left(), (Names{"doc_replaced-1", "doc_replaced-2", "doc_upload-1"}));
  retention.run_once(app.now() + day_ms + 1);
  EXPECT_EQ(left(), (Names{"doc_replaced-1"}));
  EXPECT_EQ(count(company, "documents"), 1);
}

TEST_P(Versions, OfDeletedAndReplacedDocumentsStaysWhatAConversationCites) {
  document("doc_gone", 1, {}, true);
  version("doc_gone", 1, "indexed");
  document("doc_gone_cited", 1, {}, true);
  version("doc_gone_cited", 1, "indexed");
  document("doc_new", 12, {}, false);
  for (const std::int64_t number : {1, 2, 12}) version("doc_new", number, "indexed");
  cite("doc_gone_cited", 1);
  cite("doc_new", 2);
  retention.run_once(app.now());
  EXPECT_EQ(left(), (Names{"doc_gone_cited-1", "doc_new-12", "doc_new-2"}));
  set(company, "DELETE FROM messages WHERE company_id = $1");
  retention.run_once(app.now());
  EXPECT_EQ(left(), (Names{"doc_new-12"}));
}

TEST_P(Versions, ObjectsThatNoRowNamesGoADayAfterTheyWereStored) {
  const auto place = company.value + "/" + project.value + "/";
  document("doc_a", 1, {}, false);
  version("doc_a", 1, "indexed");
  objects.put("text/" + place + "orphan", "words");
  objects.put("index/co_gone/proj_gone/orphan.seg", "words");
  objects.put("documents/backup/mine", "of the operator");
  EXPECT_EQ(retention.run_once(app.now() + day_ms - 1).objects, 0);
  EXPECT_EQ(retention.run_once(app.now() + 3 * day_ms).objects, 2);
  EXPECT_EQ(objects.list("documents/").size(), 3u);
  EXPECT_EQ(objects.list("text/").size(), 1u);
}

TEST_P(Versions, SegmentsOfTheGenerationBeforeGoAndThoseOfTheNextOneStay) {
  document("doc_a", 1, {}, false);
  version("doc_a", 1, "indexed");
  const auto segment = [&](const std::string& generation, std::int64_t revision) {
    const auto key = "index/" + company.value + "/" + project.value + "/" + generation;
    objects.put(key, "passages");
    app.database.write(company, [&](db::Tenant& t) {
      t.exec(
          "INSERT INTO index_segments (company_id, project_id, generation, document_id, version, object_key, passages, "
          "added_revision) VALUES ($1, $2, $3, 'doc_a', 1, $4, 1, $5)",
          project, generation, key, revision);
    });
  };
  segment("before", 1);
  segment("answering", 2);
  segment("next", 3);
  app.database.write(company, [&](db::Tenant& t) {
    t.exec("INSERT INTO index_manifests (company_id, project_id, generation, revision) VALUES ($1, $2, 'answering', 4)",
           project);
  });
  EXPECT_EQ(retention.run_once(app.now() + 2 * day_ms).objects, 1);
  EXPECT_EQ(objects.list("index/").size(), 2u);
  EXPECT_FALSE(objects.head("index/" + company.value + "/" + project.value + "/before"));
  const auto marked = app.database.read(company, [](db::Tenant& t) {
    return t.scalar<std::int64_t>(
        "SELECT removed_revision FROM index_segments WHERE company_id = $1 AND generation = 'before'");
  });
  EXPECT_EQ(marked, 4) << "other nodes learn of it by the row";
}

INSTANTIATE_TEST_SUITE_P(Databases, Keeping, testing::every_engine());
INSTANTIATE_TEST_SUITE_P(Databases, Versions, testing::every_engine());

}  // namespace
}  // namespace oprag::retention
