#include "mail/letter.hpp"

#include <ctime>

#include "base/html.hpp"
#include "base/text.hpp"
#include "crypto/encoding.hpp"

namespace oprag::mail {
namespace {

constexpr std::size_t line_length = 76;
constexpr std::size_t word_bytes = 42;  // of text in one encoded word: 56 characters of base64 and the frame

std::string page(const std::string& body) {
  return "<!doctype html><html lang=\"en\"><body style=\"font-family:sans-serif;line-height:1.5;color:#1a1a1a\">" +
         body + "</body></html>\n";
}

Letter code_letter(const std::string& to, const std::string& subject, const std::string& what,
                   const std::string& code) {
  const std::string end = "It is good for 24 hours. If you did not ask for it, ignore this letter.";
  return {to, subject, what + "\n\n    " + code + "\n\n" + end + "\n",
          page("<p>" + what + "</p><p style=\"font-size:1.5em;letter-spacing:.1em\"><b>" + html_escaped(code) +
               "</b></p><p>" + end + "</p>")};
}

std::string one_line(std::string text) {
  for (auto& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return text;
}

// RFC 2047, in words that end between characters.
std::string header_text(const std::string& given) {
  const auto text = one_line(given);
  if (std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; })) return text;
  std::string out;
  for (std::string_view rest = text; !rest.empty();) {
    auto take = std::min(word_bytes, rest.size());
    while (take < rest.size() && (static_cast<unsigned char>(rest[take]) & 0xc0) == 0x80) --take;
    out.append(out.empty() ? "" : "\r\n ").append("=?UTF-8?B?" + crypto::base64_encode(rest.substr(0, take)) + "?=");
    rest.remove_prefix(take);
  }
  return out;
}

std::string date_text(Timestamp date) {
  const std::time_t seconds = date.ms / second_ms;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 64> out{};
  return {out.data(), std::strftime(out.data(), out.size(), "%a, %d %b %Y %H:%M:%S +0000", &parts)};
}

std::string part(const std::string& boundary, std::string_view type, const std::string& content) {
  std::string out = "--" + boundary + "\r\nContent-Type: " + std::string(type) +
                    "; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n";
  const auto encoded = crypto::base64_encode(content);
  for (std::size_t at = 0; at < encoded.size(); at += line_length) out += encoded.substr(at, line_length) + "\r\n";
  return out;
}

}  // namespace

Letter invitation(const std::string& to, const std::string& company, const std::string& invited_by,
                  const std::string& url) {
  const auto what = invited_by + " invites you to join " + company + " on oprag.";
  const std::string end = "The invitation is good for 7 days and for one person.";
  return {to, invited_by + " invites you to " + company, what + "\n\n" + url + "\n\n" + end + "\n",
          page("<p>" + html_escaped(what) + "</p><p><a href=\"" + html_escaped(url) +
               "\">Accept the invitation</a></p><p>" + end + "</p>")};
}

Letter confirmation_code(const std::string& to, const std::string& code) {
  return code_letter(to, "Your confirmation code", "This code confirms your e-mail address:", code);
}

Letter reset_code(const std::string& to, const std::string& code) {
  return code_letter(to, "Reset your password", "With this code you set a new password:", code);
}

std::string message_of(const Letter& letter, const std::string& from, Timestamp date, const std::string& boundary) {
  const auto sender = one_line(from);
  return "Date: " + date_text(date) + "\r\nFrom: " + sender + "\r\nTo: " + one_line(letter.to) +
         "\r\nSubject: " + header_text(letter.subject) + "\r\nMessage-ID: <" + boundary + "@oprag>" +
         "\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=\"" +
         boundary + "\"\r\n\r\n" + part(boundary, "text/plain", letter.text) +
         part(boundary, "text/html", letter.html) + "--" + boundary + "--\r\n";
}

}  // namespace oprag::mail
