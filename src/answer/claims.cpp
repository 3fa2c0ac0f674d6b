#include "answer/claims.hpp"

#include <algorithm>
#include <utility>

#include "answer/prompt.hpp"
#include "answer/sentences.hpp"
#include "base/text.hpp"
#include "outbound/upstream_error.hpp"

namespace oprag::answer {
namespace {

constexpr std::size_t most_reply = 20'000;  // bytes that are read of a reply
constexpr std::size_t most_claims = 40;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}

// "[1]", "[2, 3]": how long it is, 0 when there is none; the numbers go to `cited`.
std::size_t read_mark(std::string_view text, std::vector<std::size_t>& cited) {
  if (!text.starts_with('[')) return 0;
  std::vector<std::size_t> numbers;
  std::size_t at = 1;
  while (at < text.size()) {
    const auto begin = at;
    std::size_t number = 0;
    while (at < text.size() && is_digit(text[at]) && at - begin < 3) {
      number = number * 10 + static_cast<std::size_t>(text[at++] - '0');
    }
    if (at == begin) return 0;
    numbers.push_back(number);
    if (text.substr(at).starts_with(']')) {
      cited.insert(cited.end(), numbers.begin(), numbers.end());
      return at + 1;
    }
    if (!text.substr(at).starts_with(',')) return 0;
    at += text.substr(at).starts_with(", ") ? 2 : 1;
  }
  return 0;
}

std::string_view without_bullet(std::string_view text) {
  for (const std::string_view bullet : {"- ", "* ", "\xe2\x80\xa2 "}) {
    if (text.starts_with(bullet)) return trim(text.substr(bullet.size()));
  }
  return text;
}

struct Line {
  std::vector<Claim> claims;
  std::size_t last_begin = 0;  // where in the line the last of them begins
};

// Marks are taken out first, so that "fell. [1] Then" and "fell [1]. Then" are alike; where they stood is kept.
Line read_line(std::string_view whole, bool begins_line) {
  auto line = trim(whole);
  if (begins_line) line = without_bullet(line);
  std::string plain;
  std::vector<std::size_t> place;  // of each byte of `plain` in `whole`
  std::vector<std::pair<std::size_t, std::vector<std::size_t>>> marks;
  for (std::size_t i = 0; i < line.size();) {
    std::vector<std::size_t> cited;
    const auto length = read_mark(line.substr(i), cited);
    if (length == 0) {
      place.push_back(static_cast<std::size_t>(line.data() - whole.data()) + i);
      plain += line[i++];
      continue;
    }
    while (plain.ends_with(' ')) plain.pop_back();
    place.resize(plain.size());
    marks.emplace_back(plain.size(), std::move(cited));
    i += length;
  }
  Line out;
  for (const auto& span : sentences_of(plain, index::PassageKind::prose)) {
    Claim claim{.text = plain.substr(span.begin, span.end - span.begin), .cited = {}, .begins_line = begins_line};
    for (const auto& [at, cited] : marks) {
      if (at > span.begin && at <= span.end) claim.cited.insert(claim.cited.end(), cited.begin(), cited.end());
    }
    out.claims.push_back(std::move(claim));
    out.last_begin = place[span.begin];
    begins_line = false;
  }
  return out;
}

// Whether `text` has this address whole: "evil.example" is not "evil.example/q".
bool has_address(std::string_view text, std::string_view address) {
  for (auto at = text.find(address); at != std::string_view::npos; at = text.find(address, at + 1)) {
    auto rest = text.substr(at + address.size());
    while (!rest.empty() && std::string_view(".,;:!?)\"'>]").find(rest.front()) != std::string_view::npos) {
      rest.remove_prefix(1);
    }
    const bool begins = at == 0 || !(is_letter(text[at - 1]) || is_digit(text[at - 1]) || text[at - 1] == '.');
    if (begins && (rest.empty() || rest.front() == ' ' || rest.front() == '\n' || rest.front() == '\t')) return true;
  }
  return false;
}

}  // namespace

void ClaimReader::feed(std::string_view piece) {
  for (const char c : piece) {
    if (read_++ == most_reply) line_.clear();  // what is cut off is no sentence
    if (read_ > most_reply) return;
    line_ += c;
    // Looked at where a word or a sentence ends, wherever the pieces do: the same reply always gives the same claims.
    if (c == '\n') {
      tell(Keep::nothing);
      begins_line_ = true;
    } else if (c == ' ' || ends_with_wide_mark(line_)) {
      tell(Keep::last_claim);
    }
  }
}

void ClaimReader::finish() {
  tell(Keep::nothing);
}

void ClaimReader::tell(Keep keep) {
  if (!is_valid_utf8(line_)) {
    throw outbound::UpstreamError(outbound::UpstreamFailure::malformed, "The model server's answer is not UTF-8");
  }
  line_ = defused(line_);
  auto line = read_line(line_, begins_line_);
  if (keep == Keep::nothing) {
    line_.clear();
  } else {
    // One that begins with a bracket may be marks of the sentence before, not yet closed.
    if (line.claims.size() < 2 || line.claims.back().text.starts_with('[')) return;
    line.claims.pop_back();
    line_.erase(0, line.last_begin);
    begins_line_ = false;
  }
  for (const auto& claim : line.claims) {
    if (told_ == most_claims) return;
    ++told_;
    on_claim_(claim);
  }
}

std::vector<Claim> claims_of(std::string_view reply) {
  std::vector<Claim> out;
  ClaimReader reader([&](const Claim& claim) { out.push_back(claim); });
  reader.feed(reply);
  reader.finish();
  return out;
}

bool addresses_hold(std::string_view claim, std::string_view passage) {
  const auto has = [&](std::string_view part) { return passage.find(part) != std::string_view::npos; };
  for (const std::string_view markup : {"](", "![", "]:", "][", "`", "<"}) {
    if (claim.find(markup) != std::string_view::npos && !has(claim)) return false;
  }
  for (std::size_t begin = 0; begin < claim.size();) {
    auto end = claim.find_first_of(" \t\n\"'()<>", begin);
    end = std::min(end, claim.size());
    auto word = claim.substr(begin, end - begin);
    begin = end + 1;
    while (!word.empty() && !is_letter(word.back()) && !is_digit(word.back()) && word.back() != '/')
      word.remove_suffix(1);
    bool address = word.find("://") != std::string_view::npos || word.find('@') != std::string_view::npos;
    for (std::size_t i = 1; i + 1 < word.size(); ++i) {
      // "evil.example", "evil.example/x", "mailto:x", "//host"
      const bool joins = word[i] == '.' || word[i] == ':' || word[i] == '/' || word[i] == '\\';
      address = address || (joins && (is_letter(word[i - 1]) || word[i] == '/') && is_letter(word[i + 1]));
    }
    if (address && !has_address(passage, word)) return false;
  }
  return true;
}

}  // namespace oprag::answer
