#include "identity/sign_in_page.hpp"

#include "base/html.hpp"
#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"

namespace oprag::identity {
namespace {

constexpr std::string_view style = R"(
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { margin: 15vh auto 0; padding: 0 1.5rem; max-width: 22rem }
h1 { font-size: 1.4rem; margin: 0 0 .25rem }
p { margin: 0 0 1.25rem }
label { display: block; margin-top: 1rem; font-weight: 600 }
input, button { box-sizing: border-box; width: 100%; padding: .6rem .7rem; font: inherit; border-radius: .4rem }
input { border: 1px solid GrayText; margin-top: .25rem }
button { margin-top: 1.5rem; border: 0; color: #fff; background: #1f4fd8; font-weight: 600; cursor: pointer }
[role=alert] { color: #b3261e; font-weight: 600 }
@media (prefers-color-scheme: dark) { [role=alert] { color: #ff8a80 } }
)";

http::Response html(const std::string& title, const std::string& body, const std::string& form_action, int status) {
  static const auto style_hash = crypto::base64_encode(crypto::sha256(style));
  http::Response out{.status = status};
  out.headers = {{"Content-Type", "text/html; charset=utf-8"},
                 {"Cache-Control", "no-store"},
                 {"Content-Security-Policy", "default-src 'none'; style-src 'sha256-" + style_hash + "'; form-action " +
                                                 form_action + "; base-uri 'none'; frame-ancestors 'none'"},
                 {"X-Content-Type-Options", "nosniff"},
                 {"X-Frame-Options", "DENY"},
                 // With no-referrer a browser would not say where the form came from.
                 {"Referrer-Policy", "same-origin"},
                 {"Cross-Origin-Opener-Policy", "same-origin"}};
  out.body = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>" + html_escaped(title) +
             "</title><meta name=\"viewport\" content=\"width=device-width\"><style>" + std::string(style) +
             "</style></head><body><main><h1>" + html_escaped(title) + "</h1>" + body + "</main></body></html>\n";
  return out;
}

}  // namespace

http::Response page_of(const SignInPage& page) {
  auto body = "<p>to continue to <strong>" + html_escaped(page.returns) + "</strong></p>";
  if (!page.problem.empty()) body += "<p role=\"alert\">" + html_escaped(page.problem) + "</p>";
  body +=
      "<form method=\"post\" action=\"" + html_escaped(page.action) +
      "\"><label for=\"username\">E-mail</label>"
      "<input id=\"username\" name=\"username\" type=\"email\" autocomplete=\"username\" required autofocus value=\"" +
      html_escaped(page.username) +
      "\"><label for=\"password\">Password</label>"
      "<input id=\"password\" name=\"password\" type=\"password\" autocomplete=\"current-password\" required>"
      "<button>Sign in</button></form>";
  // A browser holds what the form redirects to against the policy as well.
  return html("Sign in", body, "'self' " + page.returns, page.status);
}

http::Response page_of_message(const std::string& title, const std::string& message, int status) {
  return html(title, "<p>" + html_escaped(message) + "</p>", "'none'", status);
}

}  // namespace oprag::identity
