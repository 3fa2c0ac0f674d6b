#include "http/openapi.hpp"

#include <gtest/gtest.h>

#include <boost/describe.hpp>
#include <set>

namespace oprag::http {
namespace {

struct ShelfPath {
  std::string id;
};
BOOST_DESCRIBE_STRUCT(ShelfPath, (), (id))

struct BookQuery {
  std::optional<json::Whole<1, 100>> limit;
};
BOOST_DESCRIBE_STRUCT(BookQuery, (), (limit))

struct BookCreate {
  json::Text<1, 80> title;
  std::optional<std::string> author;
};
BOOST_DESCRIBE_STRUCT(BookCreate, (), (title, author))

struct Book {
  std::string id;
  std::string title;
  std::optional<std::string> author;
  json::Omittable<std::string> shelf_mark;
};
BOOST_DESCRIBE_STRUCT(Book, (), (id, title, author, shelf_mark))

struct OpenApi : testing::Test {
  OpenApi() {
    router.add({.method = "POST",
                .path = "/v1/shelves/{id}/books",
                .access = Access::admin,
                .summary = "Add a book",
                .status = 201,
                .tag = "Books",
                .creates = true},
               [](Path<ShelfPath>, Body<BookCreate> body) { return Book{"b", body->title}; });
    router.add({.method = "GET", .path = "/v1/shelves/{id}/books", .access = Access::member, .summary = "Books"},
               [](Path<ShelfPath>, Query<BookQuery>) { return Book{}; });
    router.add({.method = "POST", .path = "/v1/chat", .access = Access::chat, .summary = "Ask", .patient = true},
               [](Body<BookCreate>) -> Reply<Book> { return Answer<Book>{}; });
    router.add({.method = "GET", .path = "/health", .summary = "Alive"}, [] { return Book{}; });
  }
  Router router;
  ApiInfo info{.version = "1", .server_url = "https://api.test"};
};

TEST_F(OpenApi, DescribesWhatTheDeclarationSays) {
  info.examples["POST /v1/chat"] = {.request = {{"title", "a"}}, .answer = {{"id", "b"}}};
  const auto document = openapi(router, info);
  EXPECT_EQ(document.at("openapi"), "3.1.0");
  const auto& add = document.at("paths").at("/v1/shelves/{id}/books").at("post");
  EXPECT_EQ(add.at("operationId"), "postShelvesIdBooks");
  EXPECT_EQ(add.at("tags").at(0), "Books");
  EXPECT_EQ(add.at("security").at(0), bj::value({{"jwt", bj::array{}}}));
  EXPECT_EQ(add.at("parameters").at(0).at("name"), "id");
  EXPECT_EQ(add.at("parameters").at(0).at("in"), "path");
  EXPECT_EQ(add.at("parameters").at(1).at("name"), "Idempotency-Key");
  EXPECT_EQ(add.at("requestBody").at("required"), true);
  EXPECT_TRUE(add.at("responses").as_object().contains("201"));
  EXPECT_EQ(add.at("responses").at("422").at("$ref"), "#/components/responses/422");
  const auto& list = document.at("paths").at("/v1/shelves/{id}/books").at("get");
  EXPECT_EQ(list.at("parameters").at(1).at("in"), "query");
  EXPECT_EQ(list.at("parameters").at(1).at("required"), false);
  const auto& chat = document.at("paths").at("/v1/chat").at("post");
  EXPECT_EQ(chat.at("security").as_array().size(), 3U);
  EXPECT_TRUE(chat.at("responses").at("200").at("content").as_object().contains("text/event-stream"));
  EXPECT_EQ(chat.at("responses").at("200").at("content").at("application/json").at("example").at("id"), "b");
  EXPECT_TRUE(document.at("paths").at("/health").at("get").at("security").as_array().empty());
}

TEST_F(OpenApi, AnAnswerHasItsNullableMembersAndARequestMayLeaveThemOut) {
  const auto document = openapi(router, info);
  const auto& schemas = document.at("components").at("schemas");
  EXPECT_EQ(schemas.at("Book").at("required"), bj::value(bj::array{"id", "title", "author"}));
  EXPECT_EQ(schemas.at("BookCreate").at("required"), bj::value(bj::array{"title"}));
}

void collect_references(const bj::value& value, std::set<std::string>& references) {
  if (value.is_array()) {
    for (const auto& item : value.as_array()) collect_references(item, references);
  } else if (value.is_object()) {
    for (const auto& member : value.as_object()) {
      if (member.key() == "$ref") references.insert(std::string(member.value().as_string()));
      collect_references(member.value(), references);
    }
  }
}

TEST_F(OpenApi, EveryReferenceIsDefinedAndEveryOperationHasANameOfItsOwn) {
  const bj::value document = openapi(router, info);
  std::set<std::string> references;
  collect_references(document, references);
  EXPECT_TRUE(references.contains("#/components/schemas/BookCreate"));
  for (const auto& reference : references) {
    boost::system::error_code missing;
    EXPECT_NE(document.find_pointer(reference.substr(1), missing), nullptr) << reference;
  }
  std::set<std::string> names;
  for (const auto& path : document.at("paths").as_object()) {
    for (const auto& operation : path.value().as_object()) {
      EXPECT_TRUE(names.insert(std::string(operation.value().at("operationId").as_string())).second);
    }
  }
}

TEST_F(OpenApi, AnExampleForNoRouteIsAFault) {
  info.examples["POST /v1/nowhere"] = {};
  EXPECT_THROW(openapi(router, info), std::logic_error);
}

}  // namespace
}  // namespace oprag::http
