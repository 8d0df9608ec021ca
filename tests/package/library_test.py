#!/usr/bin/env python3
"""The installed library: the example of examples/embed and a test program are built and run on a tree that was moved,
and nothing in it names the folders it was built in. The sources also work as a subdirectory of another project."""
import os
import pathlib
import shutil

from package_support import BUILD, CMAKE, CXX, CXX_FLAGS, GUESTS, ROOT, Installed, main, run


class Library(Installed):
    component = "development program"

    def build(self, source, *targets, options=()) -> pathlib.Path:
        build = self.folder / f"build {source.name}"
        run(CMAKE, "-S", source, "-B", build, "-G", "Ninja", f"-DCMAKE_CXX_COMPILER={CXX}",
            f"-DCMAKE_CXX_FLAGS={CXX_FLAGS}", f"-DCMAKE_PREFIX_PATH={self.prefix}", *options)
        run(CMAKE, "--build", build, *(word for target in targets for word in ("--target", target)))
        return build

    def test_no_file_names_a_folder_of_the_build(self):
        cargo = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache"))
        for file in (self.prefix / "lib/cmake").rglob("*.cmake"):
            text = file.read_text()
            for folder in (ROOT, BUILD.resolve(), cargo, self.folder):
                self.assertNotIn(f"{folder}/", text, file.name)

    def test_the_example_is_short(self):
        self.assertLessEqual(len((ROOT / "examples/embed/main.cpp").read_text().splitlines()), 40)

    def test_the_example_runs(self):
        program = self.build(ROOT / "examples/embed") / "embed"
        node = self.folder / "node"
        node.mkdir()
        text = self.folder / "text"
        text.write_text("to be or not to be\n")
        first = run(program, node, GUESTS / "word_count.wasm", text)
        self.assertIn("6", first)
        self.assertEqual(first, run(program, node, GUESTS / "word_count.wasm", text), "the node is opened again")

    def test_the_testing_environment(self):
        program = self.build(ROOT / "tests/package/testing") / "embed_test"
        run(program)
        # Modules are found next to the program, as icn finds them, and resolve shared symbols from it.
        installed = self.prefix / "bin/embed_test"
        shutil.copy(program, installed)
        if (self.prefix / "lib/icn/rocksdb.so").exists():
            run(installed, f"rocksdb:{self.folder}/rocksdb")
            run(program, f"rocksdb:{self.folder}/other", code=1)

    def test_headers_are_complete(self):
        """Each installed header includes only installed headers."""
        include = self.prefix / "include/icn"
        headers = list(include.rglob("*.hpp"))
        self.assertGreater(len(headers), 100)
        for header in headers:
            for line in header.read_text().splitlines():
                if line.startswith('#include "'):
                    self.assertTrue((include / line.split('"')[1]).exists(), f"{header}: {line}")

    def test_as_a_subdirectory(self):
        """Everything is configured; one library is built, since all would take as long as the project itself."""
        source = self.folder / "outer"
        source.mkdir()
        (source / "main.cpp").write_text("#include <icn/core/bytes.hpp>\nint main() { return 0; }\n")
        (source / "CMakeLists.txt").write_text(f"""cmake_minimum_required(VERSION 3.25)
project(outer LANGUAGES C CXX)
add_subdirectory({ROOT} icn EXCLUDE_FROM_ALL)
add_executable(outer main.cpp)
target_link_libraries(outer PRIVATE icn::icn)
add_executable(outer_test main.cpp)
target_link_libraries(outer_test PRIVATE icn::testing)
""")
        build = self.build(source, "icn_core", options=("-DCMAKE_BUILD_TYPE=None",))
        self.assertTrue(list(build.rglob("libicn_core.a")))
        self.assertFalse((build / "icn/tests").exists(), "the project's own tests are not the outer project's")


if __name__ == "__main__":
    main()
