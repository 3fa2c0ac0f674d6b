// Every tuned constant of retrieval and answering. One set of values for all documents; docs/quality.md has the plateau
// of each.
#pragma once
#include <boost/describe.hpp>

namespace oprag::answer {

struct Tuning {
  double dense_weight = 0.5;          // of the fused score; the rest is BM25F
  double foreign_dense_weight = 0.1;  // the same, in another language than the embedder's
  double best_passage_weight = 0.7;   // of a page's score; the rest is the mean of its passages
  double page_weight = 0.15;          // of a passage's final score
  double route_weight = 0.6;          // of the final score, when a question names documents or periods
  double figure_weight = 0.05;        // of the final score, when a question asks for a figure
  double heading_weight = 0.1;        // of the final score: headings that have the question's words
  double worth_adding = 0.6;          // of the first quote's score
};
BOOST_DESCRIBE_STRUCT(Tuning, (),
                      (dense_weight, foreign_dense_weight, best_passage_weight, page_weight, route_weight,
                       figure_weight, heading_weight, worth_adding))

}  // namespace oprag::answer
