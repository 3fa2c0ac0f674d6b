# Writes OUT: a C++ file that holds FILES (migrations/*.sql) as strings, in the order of their names.
list(SORT FILES)
set(entries "")
foreach(file IN LISTS FILES)
  get_filename_component(name ${file} NAME_WE)
  file(READ ${file} sql)
  string(APPEND entries "    {\"${name}\", R\"sql(${sql})sql\"},\n")
endforeach()
file(WRITE ${OUT} "#include \"db/migrations.hpp\"\n\nnamespace oprag::db {\n\nstd::span<const Migration> migrations() {\n  static constexpr Migration all[] = {\n${entries}  };\n  return all;\n}\n\n}  // namespace oprag::db\n")
