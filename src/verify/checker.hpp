// Whether a statement stands in a text, decided without a model. Pure and deterministic. What cannot be decided is
// unverified: a statement is supported only when each of its words is accounted for.
#pragma once
#include <boost/describe.hpp>
#include <string_view>

namespace oprag::verify {

enum class Verdict {
  verbatim,      // word for word
  supported,     // the same in another order, unit, form of a date, or shorter
  unverified,    // the text does not say, or too differently to tell
  contradicted,  // the text says something else in its place
};
BOOST_DESCRIBE_ENUM(Verdict, verbatim, supported, unverified, contradicted)

// What speaks against it.
enum class Doubt { none, missing, number, date, name, negation, comparison, role, left_out };
BOOST_DESCRIBE_ENUM(Doubt, none, missing, number, date, name, negation, comparison, role, left_out)

struct Finding {
  Verdict verdict = Verdict::unverified;
  Doubt doubt = Doubt::missing;
  bool holds() const { return verdict == Verdict::verbatim || verdict == Verdict::supported; }
};

// `statement`: a sentence, list item or table row. `text`: the cited passage, whole sentences.
Finding check(std::string_view statement, std::string_view text);

}  // namespace oprag::verify
