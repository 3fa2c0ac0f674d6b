#include "answer/engine.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "answer/extract.hpp"
#include "answer/sentences.hpp"
#include "answer/testing_view.hpp"
#include "base/text.hpp"
#include "outbound/upstream_error.hpp"

namespace oprag::answer {
namespace {

using testing::Made;

const std::vector<Made> handbook = {
    {"handbook.pdf",
     {"The office opens at eight. Visitors sign in at the desk. Dogs are welcome on Fridays.",
      "Annual leave is thirty days for every employee. Unused leave expires in March.",
      "Travel is booked by the travel desk. Receipts are handed in within ten days."}},
    {"vehicles.pdf", {"The delivery van holds twelve pallets. Its battery lasts three hundred kilometres."}}};

const Engine& engine() {
  static const Engine out([](const std::string&) { return std::vector<float>(); });
  return out;
}

std::string excerpt(const std::string& text, std::int64_t start, std::int64_t end) {
  const auto from = first_code_points(text, static_cast<std::size_t>(start)).size();
  return std::string(first_code_points(std::string_view(text).substr(from), static_cast<std::size_t>(end - start)));
}

TEST(Answer, quotes_the_sentence_and_cites_every_character_of_it) {
  const auto view = testing::view_of(handbook);
  const auto result = engine().answer(*view, "How many days of annual leave does an employee have?", {}, {});
  ASSERT_TRUE(result.answered);
  EXPECT_TRUE(result.answer.starts_with("Annual leave is thirty days for every employee.")) << result.answer;
  ASSERT_FALSE(result.sources.empty());
  EXPECT_EQ(result.sources[0].filename, "handbook.pdf");
  EXPECT_EQ(result.sources[0].page_number.value, 2);
  EXPECT_LE(result.sources.size(), max_sources);
  ASSERT_EQ(result.citations.size(), result.sources.size());
  for (const auto& citation : result.citations) {
    const auto& source = result.sources[static_cast<std::size_t>(citation.source)];
    EXPECT_EQ(excerpt(result.answer, citation.answer_start, citation.answer_end), source.excerpt);
    EXPECT_EQ(source.end - source.start, static_cast<std::int64_t>(code_points(source.excerpt)));
    EXPECT_EQ(citation.support, Support::verbatim);
  }
}

TEST(Search, gives_what_two_documents_say_alike_once) {
  const std::string rule =
      "Annual leave is thirty days for every employee of the company, wherever he works and however long he has been "
      "with "
      "it. Unused leave expires at the end of March of the year that follows, but for those who were ill until then.";
  const std::string reset =
      "ANNUAL LEAVE is thirty days for every employee of the company, wherever he works and however long he has been "
      "with "
      "it.  Unused leave expires at the end of March of the year that follows -- but for those who were ill until "
      "then.";
  const auto named = [&](const std::vector<Made>& documents) {
    std::multiset<std::string> out;
    for (const auto& found : engine().search(*testing::view_of(documents), "annual leave of an employee", {}))
      out.insert(found.filename);
    return out;
  };
  EXPECT_EQ(named({{"a.pdf", {rule}}, {"b.pdf", {reset}}}).size(), 1u);
  EXPECT_EQ(named({{"b.pdf", {reset}}}), std::multiset<std::string>{"b.pdf"});
  EXPECT_EQ(named({{"a.pdf", {rule, rule}}}).size(), 2u) << "each place counts";
  EXPECT_EQ(named({{"a.pdf", {rule}}, {"c.pdf", {"Annual leave of " + rule.substr(16)}}}).size(), 2u);
  EXPECT_EQ(named({{"a.pdf", {"Annual leave | 30"}}, {"b.pdf", {"Annual leave | 30"}}}).size(), 2u);
}

TEST(Answer, goes_by_words_alone_when_the_embedder_fails_and_that_is_allowed) {
  const auto view = testing::view_of(handbook);
  const auto broken = [](const std::string&) -> std::vector<float> {
    throw outbound::UpstreamError(outbound::UpstreamFailure::unreachable, "The embedding server cannot be reached");
  };
  const std::string question = "How many days of annual leave does an employee have?";
  const Engine strict(broken), lenient(broken, nullptr, OnModelFailure::extract);
  EXPECT_THROW(strict.answer(*view, question, {}, {}), outbound::UpstreamError);
  EXPECT_THROW(strict.search(*view, question, {}), outbound::UpstreamError);
  const auto result = lenient.answer(*view, question, {}, {});
  EXPECT_TRUE(result.degraded);
  EXPECT_EQ(result.answer, engine().answer(*view, question, {}, {}).answer);
  EXPECT_TRUE(lenient.answer(*view, "Who painted the ceiling of the chapel?", {}, {}).degraded);
  EXPECT_FALSE(lenient.search(*view, question, {}).empty());
}

TEST(Answer, finds_by_its_words_what_is_not_embedded_yet) {
  auto documents = handbook;
  documents[1].vectors = {{0.6f, 0.8f}};
  const auto view = testing::view_of(documents);
  const Engine embedding([](const std::string&) { return std::vector<float>{0.8f, 0.6f}; });
  const auto result = embedding.answer(*view, "How many days of annual leave does an employee have?", {}, {});
  ASSERT_TRUE(result.answered);
  EXPECT_EQ(result.sources[0].filename, "handbook.pdf");
  const auto words_only = engine().answer(*view, "How many days of annual leave does an employee have?", {}, {});
  EXPECT_EQ(result.explanation.best_score, words_only.explanation.best_score);
}

TEST(Answer, takes_the_degree_after_how_for_a_part_of_the_asking) {
  const auto view = testing::view_of(handbook);
  EXPECT_EQ(read_question(*view, "How long does the battery last?").terms.size(), 2u);
  EXPECT_EQ(read_question(*view, "Is the battery long?").terms.size(), 2u);
  EXPECT_TRUE(engine().answer(*view, "How soon does unused leave expire?", {}, {}).answered);
}

TEST(Answer, prefers_a_sentence_with_a_date_to_say_when) {
  const auto view =
      testing::view_of({{"mill.txt",
                         {"The mill of the harbour opened to great applause. The mayor of the harbour opened the "
                          "mill on 4 May 1921, and a band played."}}});
  EXPECT_TRUE(engine().answer(*view, "When did the mill of the harbour open?", {}, {}).answer.starts_with("The mayor"));
  EXPECT_TRUE(engine().answer(*view, "How did the mill of the harbour open?", {}, {}).answer.starts_with("The mill"));
}

TEST(Answer, is_refused_with_the_reason_when_nothing_answers) {
  const auto view = testing::view_of(handbook);
  auto result = engine().answer(*view, "Who painted the ceiling of the Sistine chapel?", {}, {});
  EXPECT_FALSE(result.answered);
  EXPECT_TRUE(result.sources.empty());
  EXPECT_TRUE(result.citations.empty());
  ASSERT_TRUE(result.reason);
  EXPECT_LT(result.explanation.best_score, result.explanation.threshold);
  result = engine().answer(*testing::view_of({}), "Anything?", {}, {});
  EXPECT_EQ(result.reason, Reason::no_documents);
}

TEST(Answer, moves_with_the_minimum_score) {
  const auto view = testing::view_of(handbook);
  const std::string question = "How many days of annual leave does an employee have?";
  EXPECT_FALSE(engine().answer(*view, question, {}, {.min_score = 1.01}).answered);
  EXPECT_TRUE(engine().answer(*view, question, {}, {.min_score = 0.0}).answered);
}

TEST(Answer, resolves_a_follow_up_from_the_turn_before) {
  const std::vector<Turn> history = {{"How many pallets does the delivery van hold?", "Twelve.", true, {}}};
  const auto view = testing::view_of(handbook);
  const auto result = engine().answer(*view, "And its battery?", history, {});
  EXPECT_NE(result.explanation.resolved_question.find("delivery van"), std::string::npos);
  ASSERT_TRUE(result.answered);
  EXPECT_EQ(result.sources[0].filename, "vehicles.pdf");
}

TEST(FollowUp, puts_the_new_year_in_the_place_of_the_old_one) {
  const std::vector<Turn> history = {{"What was the turnover of Acme in 2020?", "", true, {}}};
  EXPECT_EQ(resolve_follow_up("And for 2021?", history), "What was the turnover of Acme in 2021?");
  const std::string alone = "How long does the battery of the delivery van last?";
  EXPECT_EQ(resolve_follow_up(alone, history), alone);
  EXPECT_EQ(resolve_follow_up("And for 2021?", {}), "And for 2021?");
}

TEST(Search, prefers_in_a_text_without_pages_what_stands_among_its_like) {
  Made notes{"notes.txt", {}};
  for (int i = 0; i < 12; ++i) notes.passages.push_back("Nothing of note was seen on day " + std::to_string(i) + ".");
  notes.passages[2] = notes.passages[8] = "The lamp was lit.";
  notes.passages[7] = notes.passages[9] = "The lamp and its oil.";
  notes.passages[4] = "A lamp, or what was taken for one, on the far side of the water in the night.";
  notes.paged = false;
  const auto results = engine().search(*testing::view_of({notes}), "Who lit the lamp?", {});
  ASSERT_GT(results.size(), 2u);
  EXPECT_EQ(results[0].text, "The lamp was lit.");
  EXPECT_GT(results[0].start, results[1].start) << "the other one stands alone";
  EXPECT_EQ(results[1].text, "The lamp was lit.");
}

TEST(Search, prefers_a_passage_under_the_heading_that_is_asked_for) {
  const auto view = testing::view_of({{.filename = "rates.pdf",
                                       .passages = {"The rate is 4 percent.", "The rate is 5 percent.", "No rate."},
                                       .headings = {"Mooring", "Storage", "Other"}}});
  const auto score_of_first = [&](double weight) {
    Options options;
    options.tuning.heading_weight = weight;
    const auto results = engine().search(*view, "What is the rate of storage?", options);
    EXPECT_EQ(results.at(0).text, "The rate is 5 percent.");
    return results.at(0).score - results.at(1).score;
  };
  EXPECT_GT(score_of_first(0.1), score_of_first(0));
}

TEST(Question, is_searched_for_by_what_it_asks_about) {
  const auto view = testing::view_of(handbook);
  EXPECT_EQ(read_question(*view, "How long is the annual leave of AB-12/3?").keywords, "annual leave AB-12/3");
  EXPECT_EQ(read_question(*view, "Who wrote \"The old man and the sea\"?").keywords,
            "Who wrote \"The old man and the sea\"?");
  EXPECT_EQ(read_question(*view, "What is it?").keywords, "What is it?");
}

TEST(Search, gives_the_same_results_in_any_order_of_upload) {
  auto documents = handbook;
  for (int i = 0; i < 30; ++i) {
    documents.push_back({"copy" + std::to_string(i) + ".pdf",
                         {"Annual leave is thirty days for every employee.", "Leave number " + std::to_string(i % 3)}});
  }
  std::mt19937 random(3);
  const auto results_of = [&] {
    std::vector<std::string> out;
    const auto view = testing::view_of(documents);
    for (const auto& r : engine().search(*view, "annual leave in days", {.top_k = 50}))
      out.push_back(r.filename + " " + std::to_string(r.start) + " " + std::to_string(r.score));
    const auto answer = engine().answer(*view, "How many days is annual leave?", {}, {});
    out.push_back(answer.answer);
    for (const auto& s : answer.sources) out.push_back(s.filename + std::to_string(s.start));
    return out;
  };
  const auto first = results_of();
  ASSERT_GT(first.size(), 20u);
  for (int i = 0; i < 5; ++i) {
    std::ranges::shuffle(documents, random);
    EXPECT_EQ(results_of(), first);
  }
}

TEST(Answer, quotes_the_sentence_without_the_headings_above_it) {
  auto documents = handbook;
  documents.push_back(
      {"kiln.pdf",
       {"Warranty and service\n4.1 Warranty of the kiln\nThe warranty of the kiln is 36 months from the "
        "day of purchase. Shelves wear out."}});
  const auto view = testing::view_of(documents);
  const auto result = engine().answer(*view, "How many months is the warranty of the kiln?", {}, {});
  ASSERT_TRUE(result.answered);
  EXPECT_EQ(result.answer, "The warranty of the kiln is 36 months from the day of purchase.");
}

TEST(Answer, quotes_of_a_long_sentence_what_carries_the_question) {
  std::string sentence = "The council met";
  for (int i = 0; i < 20; ++i) sentence += ", heard the report of committee " + std::to_string(i);
  sentence += ", and set the toll of the northern bridge at four florins";
  for (int i = 20; i < 40; ++i) sentence += ", heard the report of committee " + std::to_string(i);
  const auto view = testing::view_of({{"minutes.pdf", {"Nothing else was said. " + sentence + "."}}});
  const auto result = engine().answer(*view, "What is the toll of the northern bridge?", {}, {});
  ASSERT_TRUE(result.answered);
  EXPECT_TRUE(result.answer.contains("the toll of the northern bridge at four florins")) << result.answer;
  EXPECT_LE(code_points(result.answer), answer_budget);
  const auto at = sentence.find(result.sources.at(0).excerpt);
  ASSERT_NE(at, std::string::npos);
  EXPECT_EQ(sentence.at(at - 1), ' ') << "words stay whole";
  const std::string ideographs = [] {
    std::string out;
    for (int i = 0; i < 400; ++i) out += "\xe4\xb8\x80";
    return out;
  }();
  const auto unspaced =
      engine().answer(*testing::view_of({{"z.pdf", {ideographs}}}), "\xe4\xb8\x80", {}, {.min_score = 0.0});
  EXPECT_EQ(code_points(unspaced.answer), answer_budget);
}

TEST(Answer, cites_each_page_that_comes_near) {
  const auto view = testing::view_of({{"prices.pdf",
                                       {"The kiln costs 900 euros in the shop.", "Nothing is said of kilns here.",
                                        "The kiln costs 950 euros by post."}}});
  const auto result = engine().answer(*view, "What does the kiln cost?", {}, {});
  std::set<std::int64_t> pages;
  for (const auto& source : result.sources) pages.insert(source.page_number.value.value());
  EXPECT_TRUE(pages.contains(1) && pages.contains(3)) << result.answer;
}

TEST(Answer, is_not_empty_when_there_is_nothing_but_a_heading) {
  const auto view = testing::view_of({{"notes.txt", {"Opening hours\nMonday to Friday"}}});
  EXPECT_EQ(engine().answer(*view, "What are the opening hours?", {}, {}).answer, "Opening hours");
}

TEST(Sentences, tell_headings_from_what_is_said) {
  const auto headings = [](std::string_view text) {
    std::vector<std::string> out;
    for (const auto& span : sentences_of(text, index::PassageKind::prose))
      if (span.heading) out.emplace_back(text.substr(span.begin, span.end - span.begin));
    return out;
  };
  using Strings = std::vector<std::string>;
  EXPECT_EQ(headings("Service\n4.1 Warranty\nIt lasts. It ends"), (Strings{"Service", "4.1 Warranty"}));
  EXPECT_EQ(headings("The oak chair costs 90 euros\nPrices include tax."), Strings{});
  EXPECT_EQ(headings("Monday to Friday: eight to five\nClosed on Sunday."), Strings{});
  EXPECT_EQ(headings("Apples\nPears"), Strings{});
  EXPECT_EQ(headings("2.1 Programmes\nName | Hours\nGlaze | 8"), Strings{"2.1 Programmes"});
}

TEST(Sentences, end_where_they_end_and_not_at_abbreviations) {
  const auto all = [](std::string_view text, index::PassageKind kind) {
    std::vector<std::string> out;
    for (const auto& span : sentences_of(text, kind)) out.emplace_back(text.substr(span.begin, span.end - span.begin));
    return out;
  };
  using Strings = std::vector<std::string>;
  EXPECT_EQ(all("Dr. Lee paid 3.5 m to Acme Inc. in May. It\nrose! \"Why?\" Nobody knew", index::PassageKind::prose),
            (Strings{"Dr. Lee paid 3.5 m to Acme Inc. in May.", "It\nrose!", "\"Why?\"", "Nobody knew"}));
  EXPECT_EQ(all("Warranty and service\n4.1 Warranty\nIt lasts.", index::PassageKind::prose),
            (Strings{"Warranty and service", "4.1 Warranty", "It lasts."}));
  EXPECT_EQ(all("4. Service\nIt lasts.", index::PassageKind::prose), (Strings{"4. Service", "It lasts."}));
  EXPECT_EQ(all("Steps:\n- open. close\n- lock", index::PassageKind::prose),
            (Strings{"Steps:", "- open. close", "- lock"}));
  EXPECT_EQ(all("Sales 12 14\nCosts 7. 8", index::PassageKind::table), (Strings{"Sales 12 14", "Costs 7. 8"}));
  EXPECT_EQ(all("\xe4\xb8\x80\xe3\x80\x82\xe4\xba\x8c\xe3\x80\x82", index::PassageKind::prose),
            (Strings{"\xe4\xb8\x80\xe3\x80\x82", "\xe4\xba\x8c\xe3\x80\x82"}));
}

}  // namespace
}  // namespace oprag::answer
