#include "mail/mailer.hpp"

#include <curl/curl.h>

#include <cstring>
#include <memory>

namespace oprag::mail {
namespace {

constexpr std::size_t boundary_length = 32;

struct FreeHandle {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

std::size_t read_message(char* into, std::size_t size, std::size_t count, void* rest) {
  auto& message = *static_cast<std::string_view*>(rest);
  const auto take = std::min(size * count, message.size());
  std::memcpy(into, message.data(), take);
  message.remove_prefix(take);
  return take;
}

// The address inside "Name <address>", or the whole.
std::string address_in(const std::string& text) {
  const auto open = text.rfind('<');
  const auto close = text.rfind('>');
  if (open == std::string::npos || close == std::string::npos || close < open) return text;
  return text.substr(open + 1, close - open - 1);
}

bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

}  // namespace

SmtpMailer::SmtpMailer(SmtpSettings settings, Clock clock, RandomText random)
    : settings_(std::move(settings)), clock_(std::move(clock)), random_(std::move(random)) {
  static const auto initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (initialised != CURLE_OK) throw std::runtime_error("libcurl cannot be initialised");
}

void SmtpMailer::send(const Letter& letter) {
  if (has_control(letter.to)) throw NotSent("The address of a letter holds a control character");
  const auto message = message_of(letter, settings_.from, clock_(), random_(boundary_length));
  std::string_view rest = message;
  const std::unique_ptr<CURL, FreeHandle> handle(curl_easy_init());
  const std::unique_ptr<curl_slist, FreeList> to(curl_slist_append(nullptr, ("<" + letter.to + ">").c_str()));
  if (!handle || !to) throw std::bad_alloc();
  const auto set = [&](CURLoption option, auto value) { curl_easy_setopt(handle.get(), option, value); };
  const auto from = "<" + address_in(settings_.from) + ">";
  const bool must_encrypt = settings_.require_tls || !settings_.user.empty();
  set(CURLOPT_URL, settings_.url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_USE_SSL, static_cast<long>(must_encrypt ? CURLUSESSL_ALL : CURLUSESSL_TRY));
  if (!settings_.ca_file.empty()) set(CURLOPT_CAINFO, settings_.ca_file.c_str());
  if (!settings_.user.empty()) {
    set(CURLOPT_USERNAME, settings_.user.c_str());
    set(CURLOPT_PASSWORD, settings_.password.reveal().c_str());
  }
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings_.connect_timeout.count()));
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(settings_.total_timeout.count()));
  set(CURLOPT_MAIL_FROM, from.c_str());
  set(CURLOPT_MAIL_RCPT, to.get());
  set(CURLOPT_UPLOAD, 1L);
  set(CURLOPT_READFUNCTION, &read_message);
  set(CURLOPT_READDATA, &rest);
  const auto code = curl_easy_perform(handle.get());
  if (code != CURLE_OK)
    throw NotSent(std::string("The mail server did not take the letter: ") + curl_easy_strerror(code));
}

}  // namespace oprag::mail
