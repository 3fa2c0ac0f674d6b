#include "answer/model_answer.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "answer/extract.hpp"
#include "answer/sentences.hpp"
#include "base/text.hpp"
#include "outbound/upstream_error.hpp"
#include "verify/checker.hpp"

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

// Where a claim stands.
struct Ground {
  Quote quote;
  Support support = Support::unverified;
};

std::optional<Ground> ground_in(const index::View& view, const Ranked& ranked, const std::string& claim) {
  const auto& passage = view.passage(ranked.passage);
  if (!addresses_hold(claim, passage.text)) return {};
  const auto support_of = [](const verify::Finding& finding) {
    return finding.verdict == verify::Verdict::verbatim ? Support::verbatim : Support::supported;
  };
  const auto whole = verify::check(claim, passage.text);
  if (!whole.holds()) return {};
  for (const auto& span : sentences_of(passage.text, passage.kind)) {
    const auto finding = verify::check(claim, std::string_view(passage.text).substr(span.begin, span.end - span.begin));
    if (finding.holds()) return Ground{{ranked.passage, span.begin, span.end, ranked.fused}, support_of(finding)};
  }
  return Ground{{ranked.passage, 0, passage.text.size(), ranked.fused}, support_of(whole)};
}

// Adds what holds, sentence after sentence, within the bounds of an answer.
class Writer {
 public:
  Writer(const index::View& view, Result& out) : view_(view), out_(out) {}

  bool add(const Claim& claim, const Ground& ground) {
    const auto source = source_index(ground.quote);
    if (!source) return false;
    if (!out_.answer.empty()) out_.answer += claim.begins_line ? "\n" : " ";
    const auto begin = static_cast<std::int64_t>(code_points(out_.answer));
    out_.answer += claim.text;
    out_.citations.push_back({.answer_start = begin,
                              .answer_end = static_cast<std::int64_t>(code_points(out_.answer)),
                              .source = *source,
                              .support = ground.support});
    return true;
  }

 private:
  std::optional<std::int64_t> source_index(const Quote& quote) {
    const auto known = std::ranges::find_if(quotes_, [&](const Quote& q) {
      return q.passage == quote.passage && q.begin == quote.begin && q.end == quote.end;
    });
    if (known != quotes_.end()) return known - quotes_.begin();
    const auto& passage = view_.passage(quote.passage);
    const std::pair page(view_.document_of(quote.passage),
                         passage.page.value_or(-1 - static_cast<std::int64_t>(passage.ordinal)));
    if (quotes_.size() == max_sources || (pages_.size() == max_source_pages && !pages_.contains(page))) return {};
    pages_.insert(page);
    quotes_.push_back(quote);
    out_.sources.push_back(source_of(view_, quote));
    return static_cast<std::int64_t>(quotes_.size() - 1);
  }

  const index::View& view_;
  Result& out_;
  std::vector<Quote> quotes_;
  std::set<std::pair<std::size_t, std::int64_t>> pages_;
};

// The passages in the order in which they are tried: those that the model named, then the others.
std::vector<std::size_t> order_of(const Claim& claim, std::size_t count) {
  std::vector<std::size_t> out;
  for (const auto number : claim.cited) {
    if (number >= 1 && number <= count && std::ranges::find(out, number - 1) == out.end()) out.push_back(number - 1);
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (std::ranges::find(out, i) == out.end()) out.push_back(i);
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

std::vector<Claim> claims_of(std::string_view reply) {
  std::vector<Claim> out;
  for (std::size_t begin = 0; begin <= reply.size();) {
    const auto end = std::min(reply.find('\n', begin), reply.size());
    const auto line = without_bullet(trim(reply.substr(begin, end - begin)));
    bool begins_line = true;
    // Marks are taken out first, so that "fell. [1] Then" and "fell [1]. Then" are alike; where they stood is kept.
    std::string plain;
    std::vector<std::pair<std::size_t, std::vector<std::size_t>>> marks;
    for (std::size_t i = 0; i < line.size();) {
      std::vector<std::size_t> cited;
      const auto length = read_mark(line.substr(i), cited);
      if (length == 0) {
        plain += line[i++];
        continue;
      }
      while (plain.ends_with(' ')) plain.pop_back();
      marks.emplace_back(plain.size(), std::move(cited));
      i += length;
    }
    for (const auto& span : sentences_of(plain, index::PassageKind::prose)) {
      Claim claim{.text = plain.substr(span.begin, span.end - span.begin), .cited = {}, .begins_line = begins_line};
      for (const auto& [at, cited] : marks) {
        if (at > span.begin && at <= span.end) claim.cited.insert(claim.cited.end(), cited.begin(), cited.end());
      }
      out.push_back(std::move(claim));
      begins_line = false;
    }
    begin = end + 1;
  }
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

bool ModelAnswerer::answer(const index::View& view, const Question& question, const std::vector<Ranked>& ranking,
                           const Options& options, Result& out) const {
  const auto count = std::min({ranking.size(), options.top_k, prompt_passages});
  std::vector<PromptPassage> passages;
  for (std::size_t i = 0; i < count; ++i) {
    const auto& passage = view.passage(ranking[i].passage);
    passages.push_back({view.document(view.document_of(ranking[i].passage)).filename,
                        passage.table_head.empty() ? passage.text : passage.table_head + "\n" + passage.text});
  }
  auto prompt = make_prompt(question.text, passages, options.system_prompt, random_(32));
  prompt.request.model = options.model;
  const auto reply = model_.chat(prompt.request, {}, {});
  if (!is_valid_utf8(reply.text)) {
    throw outbound::UpstreamError(outbound::UpstreamFailure::malformed, "The model server's answer is not UTF-8");
  }

  const auto text = std::string_view(reply.text);
  auto claims = claims_of(defused(text.size() > most_reply ? first_code_points(text, most_reply / 4) : text));
  if (claims.size() > most_claims) claims.resize(most_claims);
  Writer writer(view, out);
  std::set<std::string> said;
  for (const auto& claim : claims) {
    const bool leaks =
        claim.text.find(prompt.canary) != std::string::npos || claim.text.find(prompt.boundary) != std::string::npos;
    if (leaks || said.contains(claim.text)) continue;
    for (const auto i : order_of(claim, count)) {
      const auto ground = ground_in(view, ranking[i], claim.text);
      if (!ground) continue;
      if (writer.add(claim, *ground)) said.insert(claim.text);
      break;
    }
  }
  out.answered = !out.citations.empty();
  return out.answered;
}

}  // namespace oprag::answer
