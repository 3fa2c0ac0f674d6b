// Asks the library the question sets under a directory and prints every figure with its interval.
#include <chrono>
#include <cstdio>
#include <cstring>
#include <set>

#include "base/reflect.hpp"
#include "eval/abstention.hpp"
#include "eval/local_system.hpp"
#include "eval/measures.hpp"
#include "models/onnx_embedder.hpp"
#include "text/suspicions.hpp"

namespace oprag::eval {
namespace {

constexpr std::string_view usage = R"(usage: eval_local DIRECTORY [options]
  --sets A,B,…         pages documents languages answers stretches abstention; filings calibration suspicions
  --without PART       headings: titles and headings beside a passage's words
                       keywords: BM25F
                       dense: the embedding's list
                       routing: which document is meant
                       pages: what the page or the neighbours say for a passage
                       ranking: the final features, headings and figures
                       int8: vectors rounded to a byte a value
  --against SYSTEM     the difference, question by question: keywords, the same without the embedding; plain, both lists
                       stretched from 0 to 1 and added half and half
  --tune NAME=VALUE    a constant of answer/tuning.hpp
  --sweep NAME=VALUE   the same, measured beside the shipped values
  --chunk TOKENS/OVERLAP
  --neutral-names      the files under names that say nothing
  --model FILE         another file of the model's directory
  --no-embedder
  --show               a line a question
  --cache DIRECTORY    what was read and embedded (build/eval-cache)
)";

struct Arguments {
  std::filesystem::path sets_directory;
  std::set<std::string> sets = {"pages", "documents", "languages", "answers", "stretches", "abstention"};
  std::string model = "model.onnx";
  bool embedder = true, show = false;
  std::string against;             // keywords, plain
  std::vector<std::string> sweep;  // assignments, each measured by itself
  LocalOptions local;
};

bool tune(answer::Tuning& tuning, std::string_view assignment) {
  bool known = false;
  const auto equals = assignment.find('=');
  for_each_member<answer::Tuning>([&](auto d) {
    if (assignment.substr(0, equals) != d.name) return;
    tuning.*d.pointer = std::stod(std::string(assignment.substr(equals + 1)));
    known = true;
  });
  return known;
}

void take_away(const std::string& part, LocalOptions& options) {
  auto& tuning = options.answer.tuning;
  if (part == "headings") {
    options.context = false;
  } else if (part == "keywords") {
    options.answer.use_keyword = false;
  } else if (part == "dense") {
    options.answer.use_semantic = false;
  } else if (part == "routing") {
    tuning.route_weight = 0;
  } else if (part == "pages") {
    tuning.page_weight = 0;
  } else if (part == "ranking") {
    tuning.heading_weight = tuning.figure_weight = 0;
  } else if (part == "int8") {
    options.floats = true;
  } else {
    throw std::runtime_error("no part of that name: " + part);
  }
}

std::set<std::string> words_of(const std::string& list) {
  std::set<std::string> out;
  std::size_t from = 0;
  for (auto to = list.find(','); from <= list.size(); to = list.find(',', from)) {
    out.insert(list.substr(from, to == std::string::npos ? to : to - from));
    if (to == std::string::npos) break;
    from = to + 1;
  }
  return out;
}

Arguments read_arguments(int argc, char** argv) {
  Arguments out;
  out.local.cache = "build/eval-cache";
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    const auto value = [&] {
      if (i + 1 == argc) throw std::runtime_error(name + " needs a value");
      return std::string(argv[++i]);
    };
    if (name == "--sets") {
      out.sets = words_of(value());
    } else if (name == "--tune") {
      if (const auto assignment = value(); !tune(out.local.answer.tuning, assignment))
        throw std::runtime_error("no constant of that name: " + assignment);
    } else if (name == "--sweep") {
      out.sweep.push_back(value());
    } else if (name == "--without") {
      take_away(value(), out.local);
    } else if (name == "--against") {
      out.against = value();
      if (out.against != "keywords" && out.against != "plain")
        throw std::runtime_error("nothing to compare with of that name: " + out.against);
    } else if (name == "--chunk") {
      std::sscanf(value().c_str(), "%ld/%ld", &out.local.chunks.tokens, &out.local.chunks.overlap);
    } else if (name == "--neutral-names") {
      out.local.neutral_names = true;
    } else if (name == "--model") {
      out.model = value();
    } else if (name == "--no-embedder") {
      out.embedder = false;
    } else if (name == "--show") {
      out.show = true;
    } else if (name == "--cache") {
      out.local.cache = value();
    } else if (name.starts_with("-")) {
      throw std::runtime_error("no option of that name: " + name);
    } else {
      out.sets_directory = name;
    }
  }
  if (out.sets_directory.empty()) throw std::runtime_error("no directory of sets is named");
  return out;
}

// The embedder reads model.onnx from its directory: another model gets a directory of its own.
std::filesystem::path model_directory(const Arguments& arguments) {
  const auto prefix = std::filesystem::absolute("third_party/prefix/model");
  if (arguments.model == "model.onnx") return prefix;
  const auto out = arguments.local.cache / arguments.model;
  std::filesystem::create_directories(out);
  for (const auto& [name, target] :
       {std::pair("model.onnx", prefix / arguments.model), std::pair("vocab.txt", prefix / "vocab.txt")}) {
    if (!std::filesystem::exists(out / name)) std::filesystem::create_symlink(target, out / name);
  }
  return out;
}

class Runner {
 public:
  Runner(const Arguments& arguments, VectorCache* vectors) : arguments_(arguments), system_(arguments.local, vectors) {}

  void run() {
    const auto& directory = arguments_.sets_directory;
    if (wants("pages")) measure(read_pages(directory / "financebench"), measure_pages);
    if (wants("documents")) measure(read_documents(directory / "scifact"), measure_documents);
    if (wants("languages")) {
      for (const auto* language : {"en", "es", "de", "zh", "ar", "ru", "hi"}) run_language(language);
    }
    if (wants("answers")) measure(read_paragraphs(directory / "xquad/xquad.en.json", "xquad en"), measure_answers);
    if (wants("stretches")) measure(read_stretches(directory / "chunking"), measure_stretches);
    if (wants("abstention")) run_abstention();
    if (wants("filings")) run_filings();
    if (wants("calibration")) run_calibration();
    if (wants("suspicions")) run_suspicions();
  }

 private:
  bool wants(const std::string& set) const { return arguments_.sets.contains(set); }

  void print(const std::vector<Figure>& figures) {
    std::printf("%s\n", table_of(figures).c_str());
    std::fflush(stdout);
  }

  template <class Measure>
  void measure(const Set& set, Measure&& function) {
    system_.load(set.files);
    const auto at = std::chrono::steady_clock::now();
    const auto figures = function(system_, set);
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - at;
    print(figures);
    if (!arguments_.against.empty()) print(compared(set, figures, function, arguments_.against));
    std::printf("%s: %zu passages, %.1f ms a question\n\n", set.name.c_str(), system_.view().passage_count(),
                took.count() / static_cast<double>(set.questions.size()));
    if (arguments_.show) show(set, figures);
    sweep(set, function);
  }

  template <class Measure>
  std::vector<Figure> compared(const Set& set, const std::vector<Figure>& figures, Measure&& function,
                               const std::string& with) {
    const auto kept = system_.options();
    if (with == "keywords") system_.options().use_semantic = false;
    system_.set_plain(with == "plain");
    const auto others = function(system_, set);
    system_.set_plain(false);
    system_.options() = kept;
    return differences(figures, others, with);
  }

  // How far a constant can move before the figures do: a line a value, the other constants as they are.
  template <class Measure>
  void sweep(const Set& set, Measure&& function) {
    const auto kept = system_.options();
    for (const auto& assignment : arguments_.sweep) {
      tune(system_.options().tuning, assignment);
      std::printf("%s %s:", set.name.c_str(), assignment.c_str());
      for (const auto& figure : function(system_, set))
        std::printf(" %s %.3f;", figure.name.c_str(), figure.summary.value_or(interval_of(figure.values).mean));
      std::printf("\n");
      std::fflush(stdout);
      system_.options() = kept;
    }
  }

  // A line a question: where it goes wrong, for reading, never for fitting.
  void show(const Set& set, const std::vector<Figure>& figures) {
    for (std::size_t i = 0; i < set.questions.size(); ++i) {
      for (const auto& figure : figures) {
        if (figure.values.size() == set.questions.size()) std::printf("%.2f ", figure.values[i]);
      }
      std::printf("%s | %s\n", set.questions[i].gold.front().file.c_str(),
                  set.questions[i].text.substr(0, 200).c_str());
    }
  }

  void run_language(const std::string& language) {
    auto set = read_paragraphs(arguments_.sets_directory / ("xquad/xquad." + language + ".json"), "xquad " + language);
    measure(set, measure_first_file);
  }

  // What sets the shipped threshold, on other sets than the goal for abstention: each corpus of the stretches in a
  // project of its own and asked the other corpora's questions too, the abstracts asked all of them.
  void run_calibration() {
    const auto stretches = read_stretches(arguments_.sets_directory / "chunking");
    const auto documents = read_documents(arguments_.sets_directory / "scifact");
    std::vector<Judged> all;
    const auto ask = [&](const std::string& name, const std::vector<File>& files, const std::vector<Question>& inside,
                         const std::vector<Question>& outside) {
      system_.load(files);
      judge(system_, inside, outside, all.emplace_back());
      print(figures_of(all.back(), name));
    };
    for (const auto& file : stretches.files) {
      std::vector<Question> inside, outside;
      for (const auto& question : stretches.questions)
        (question.gold.front().file == file.name ? inside : outside).push_back(question);
      ask("calibration " + file.name, {file}, inside, outside);
    }
    ask("calibration " + documents.name, documents.files, documents.questions, stretches.questions);
    print_curve(all);
  }

  // Each project counts the same.
  static void print_curve(const std::vector<Judged>& all) {
    std::printf("| threshold | false refusals | false answers |\n|---|---|---|\n");
    for (int step = 20; step <= 70; step += 2) {
      const double threshold = step / 100.0;
      double refused = 0, answered = 0;
      for (const auto& judged : all) {
        const auto below = [&](double score) { return score < threshold; };
        refused += static_cast<double>(std::ranges::count_if(judged.answerable, below)) /
                   static_cast<double>(judged.answerable.size());
        answered += 1 - static_cast<double>(std::ranges::count_if(judged.unanswerable, below)) /
                            static_cast<double>(judged.unanswerable.size());
      }
      const auto projects = static_cast<double>(all.size());
      std::printf("| %.2f | %.3f | %.3f |\n", threshold, refused / projects, answered / projects);
    }
  }

  // How many documents are taken for such as give orders to a model. None of these was written to.
  void run_suspicions() {
    const auto& directory = arguments_.sets_directory;
    auto sets = read_articles(directory / "squad2/dev.json");
    for (auto& set : sets) set.name = "squad2";
    sets.push_back(read_pages(directory / "financebench"));
    sets.push_back(read_documents(directory / "scifact"));
    sets.push_back(read_stretches(directory / "chunking"));
    for (const auto* language : {"en", "es", "de", "zh", "ar", "ru", "hi"}) {
      sets.push_back(read_paragraphs(directory / ("xquad/xquad." + std::string(language) + ".json"),
                                     "xquad " + std::string(language)));
    }
    std::vector<Figure> figures;
    for (const auto& set : sets) {
      if (figures.empty() || figures.back().set != set.name) figures.push_back({set.name, "flagged", {}, {}, {}});
      for (const auto& file : set.files) {
        const auto document = text::read(file.bytes, file.name, {});
        const auto found = document ? text::suspicions_in(*document) : std::vector<text::Suspicion>();
        figures.back().values.push_back(found.empty() ? 0 : 1);
        if (arguments_.show && !found.empty()) {
          const auto& [code, page, excerpt] = found.front();
          std::printf("%s %s %ld: %s\n", file.name.c_str(), code.c_str(), page.value_or(0), excerpt.c_str());
        }
      }
    }
    print(figures);
  }

  // The filings, asked what they answer and what they do not: measured, never fitted.
  void run_filings() {
    const auto filings = read_pages(arguments_.sets_directory / "financebench");
    auto outside = read_documents(arguments_.sets_directory / "scifact").questions;
    for (auto& question : read_stretches(arguments_.sets_directory / "chunking").questions)
      if (question.gold.front().file != "finance.txt") outside.push_back(std::move(question));
    Judged judged;
    system_.load(filings.files);
    judge(system_, filings.questions, outside, judged);
    print(figures_of(judged, "financebench off-topic"));
    print_curve({judged});
  }

  void run_abstention() {
    print(measure_abstention(system_, read_articles(arguments_.sets_directory / "squad2/dev.json"), 500));
  }

  const Arguments& arguments_;
  LocalSystem system_;
};

int run(int argc, char** argv) {
  const auto arguments = read_arguments(argc, argv);
  if (!arguments.embedder) {
    Runner(arguments, nullptr).run();
    return 0;
  }
  models::OnnxEmbedder embedder(
      {.library = "third_party/prefix/lib/libonnxruntime.so", .directory = model_directory(arguments)});
  VectorCache vectors(arguments.local.cache / (embedder.name() + ".vectors"), embedder);
  Runner(arguments, &vectors).run();
  return 0;
}

}  // namespace
}  // namespace oprag::eval

int main(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == "--help") {
    std::fputs(oprag::eval::usage.data(), stdout);
    return 0;
  }
  try {
    return oprag::eval::run(argc, argv);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "eval_local: %s; --help says what there is\n", e.what());
    return 1;
  }
}
