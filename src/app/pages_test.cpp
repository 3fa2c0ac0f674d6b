#include "app/pages.hpp"

#include <gtest/gtest.h>

#include <array>

namespace oprag::app {
namespace {

constexpr std::string_view html = "text/html; charset=utf-8", script = "text/javascript; charset=utf-8";
constexpr std::array<http::Asset, 6> table = {{
    {"/index.html", html, "dashboard", "packed", "W/\"1\"", false},
    {"/routes.json", "application/json", R"(["/", "/inbox", "/projects/{projectId}/ask"])", "", "W/\"2\"", false},
    {"/assets/app-Bk3W_x9Q.js", script, "app", "", "W/\"3\"", true},
    {"/docs/index.html", html, "docs", "", "W/\"4\"", false},
    {"/docs/api/index.html", html, "reference", "", "W/\"5\"", false},
    {"/widget.js", script, "widget", "", "W/\"6\"", false},
}};

http::Request request(std::string_view target, std::string_view method = "GET") {
  http::Request made{.method = std::string(method)};
  EXPECT_TRUE(http::read_target(made, target)) << target;
  return made;
}

TEST(Pages, TheDashboardAnswersThePathsOfItsRouteTableAndNoOthers) {
  const Pages pages(table);
  for (const auto* path : {"/", "/?next=%2Finbox", "/inbox", "/projects/proj_1/ask"}) {
    ASSERT_TRUE(pages.takes(request(path))) << path;
    EXPECT_EQ(pages.answer(request(path)).static_body, "dashboard") << path;
  }
  EXPECT_TRUE(pages.takes(request("/inbox", "HEAD")));
  EXPECT_FALSE(pages.takes(request("/inbox", "POST")));
  for (const auto* path : {"/inbox/", "//", "/projects//ask", "/projects/proj_1", "/projects/a/b/ask", "/v1/projects",
                           "/index.html", "/routes.json", "/widget.js", "/health", "/config", "/Inbox"}) {
    EXPECT_FALSE(pages.takes(request(path))) << path;
  }
}

TEST(Pages, FilesAreAnsweredWhereTheyStand) {
  const Pages pages(table);
  EXPECT_EQ(pages.answer(request("/assets/app-Bk3W_x9Q.js")).static_body, "app");
  EXPECT_EQ(pages.answer(request("/docs")).static_body, "docs");
  EXPECT_EQ(pages.answer(request("/docs/")).static_body, "docs");
  EXPECT_EQ(pages.answer(request("/docs/api")).static_body, "reference");
  for (const auto* path : {"/assets/", "/assets/nothing.js", "/assets/../index.html", "/assets/%2e%2e/index.html",
                           "/docs/nothing", "/docsx", "/assets/..%2Findex.html"}) {
    EXPECT_FALSE(pages.takes(request(path))) << path;
  }
}

TEST(Pages, LinksLeadBelowThePrefixOfThePublicUrl) {
  constexpr std::string_view page = R"(<a href="/docs">d</a><a href="//x.example/a">x</a><script src="/assets/a.js">)";
  const std::array<http::Asset, 3> linked = {
      {{"/index.html", html, page, "packed", "W/\"1\"", false},
       {"/routes.json", "application/json", R"(["/"])", "", "W/\"2\"", false},
       {"/assets/a.js", script, R"(f("/a", x="/b"))", "packed", "W/\"3\"", true}}};
  const Pages pages(linked, "", "/help");
  const auto answer = pages.answer(request("/"));
  EXPECT_EQ(answer.static_body,
            R"(<a href="/help/docs">d</a><a href="//x.example/a">x</a><script src="/help/assets/a.js">)");
  EXPECT_EQ(answer.headers["ETag"], "W/\"1/help\"");
  EXPECT_EQ(pages.answer(request("/assets/a.js")).static_body, linked[2].bytes);
  EXPECT_EQ(Pages(linked).answer(request("/")).static_body, page);
}

TEST(Pages, NothingInlineRunsAndNoOtherHostIsReached) {
  const Pages pages(table, "https://files.example.com");
  for (const auto* path : {"/", "/assets/app-Bk3W_x9Q.js", "/docs"}) {
    const auto answer = pages.answer(request(path));
    const auto policy = answer.headers["Content-Security-Policy"];
    EXPECT_TRUE(policy.starts_with("default-src 'none'; ")) << path;
    EXPECT_FALSE(policy.contains("unsafe-inline")) << path;
    EXPECT_FALSE(policy.contains("'unsafe-eval'")) << path;
    EXPECT_EQ(answer.headers["X-Content-Type-Options"], "nosniff");
  }
  const auto policy = [&](std::string_view path) {
    return std::string(pages.answer(request(path)).headers["Content-Security-Policy"]);
  };
  EXPECT_TRUE(policy("/").contains("script-src 'self';"));
  EXPECT_TRUE(policy("/").contains("connect-src 'self' https://files.example.com;"));
  EXPECT_TRUE(policy("/").contains("frame-ancestors 'none'"));
  EXPECT_FALSE(policy("/docs").contains("script-src"));
}

TEST(Pages, AClientThatHasThePageIsToldSoWithThePolicyAllTheSame) {
  const Pages pages(table);
  auto again = request("/inbox");
  again.headers.set("If-None-Match", "W/\"1\"");
  const auto answer = pages.answer(again);
  EXPECT_EQ(answer.status, 304);
  EXPECT_TRUE(answer.headers.contains("Content-Security-Policy"));
}

TEST(Pages, AProgramBuiltWithoutThePagesTakesNothing) {
  const Pages pages(std::span<const http::Asset>{});
  EXPECT_FALSE(pages.takes(request("/")));
  EXPECT_FALSE(pages.takes(request("/docs")));
}

}  // namespace
}  // namespace oprag::app
