// The answering models that this installation offers: what a project's `model` may name.
#pragma once
#include <boost/describe.hpp>
#include <string>
#include <vector>

namespace oprag::http {
class Router;
}

namespace oprag::models_list {

struct OfferedModel {
  std::string model;  // the id
  std::string label;
  bool leaves_machine = true;  // whether questions and passages are sent to another machine
};
BOOST_DESCRIBE_STRUCT(OfferedModel, (), (model, label, leaves_machine))

struct OfferedModels {
  std::vector<OfferedModel> models;
};
BOOST_DESCRIBE_STRUCT(OfferedModels, (), (models))

void add_routes(http::Router& router, OfferedModels models);

}  // namespace oprag::models_list
