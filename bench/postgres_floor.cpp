// Raw libpq: rows in COPY's binary form, a transaction each time, and a prepared SELECT.
#include <libpq-fe.h>

#include <array>

#include "measure.hpp"
#include "storage_floors.hpp"

namespace icn::bench {
namespace {

struct ResultDeleter {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Answer = std::unique_ptr<PGresult, ResultDeleter>;

class RawPostgres : public StorageFloor {
 public:
  RawPostgres(const std::string& connection, const std::string& table)
      : connection_(PQconnectdb(connection.c_str())), table_(table) {
    if (PQstatus(connection_) != CONNECTION_OK) give_up_here();
    must(PQexec(connection_, ("CREATE TABLE " + table + "(key bytea PRIMARY KEY, value bytea NOT NULL);" +
                              "ALTER TABLE " + table + " ALTER value SET STORAGE EXTERNAL")
                                 .c_str()),
         PGRES_COMMAND_OK);
    const std::string select = "SELECT value FROM " + table + " WHERE key = $1";
    must(PQprepare(connection_, "get", select.c_str(), 1, nullptr), PGRES_COMMAND_OK);
  }
  ~RawPostgres() override { PQfinish(connection_); }
  RawPostgres(const RawPostgres&) = delete;
  RawPostgres& operator=(const RawPostgres&) = delete;

  void add(ByteView key, ByteView value) override {
    // Signature, flags and length of the header's extension (PostgreSQL, COPY, "Binary Format").
    if (rows_.empty()) append(rows_, ByteView(bytes_of(std::string_view("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19))));
    append(rows_, ByteView(std::array<std::uint8_t, 2>{0, 2}));
    append_field(key);
    append_field(value);
  }
  void sync() override {
    append(rows_, ByteView(std::array<std::uint8_t, 2>{0xff, 0xff}));
    must(PQexec(connection_, ("COPY " + table_ + " FROM STDIN (FORMAT binary)").c_str()), PGRES_COPY_IN);
    for (std::size_t at = 0; at < rows_.size(); at += kPieceBytes) {
      const std::size_t length = std::min(kPieceBytes, rows_.size() - at);
      if (PQputCopyData(connection_, reinterpret_cast<const char*>(rows_.data() + at), static_cast<int>(length)) != 1)
        give_up_here();
    }
    if (PQputCopyEnd(connection_, nullptr) != 1) give_up_here();
    must(PQgetResult(connection_), PGRES_COMMAND_OK);
    while (Answer(PQgetResult(connection_))) {
    }
    rows_.clear();
  }
  Bytes get(std::size_t, ByteView key) override {
    const auto* data = reinterpret_cast<const char*>(key.data());
    const int length = static_cast<int>(key.size());
    const int binary = 1;
    const Answer row = must(PQexecPrepared(connection_, "get", 1, &data, &length, &binary, binary), PGRES_TUPLES_OK);
    if (PQntuples(row.get()) != 1) give_up("raw PostgreSQL: a row is missing");
    const auto* value = reinterpret_cast<const std::uint8_t*>(PQgetvalue(row.get(), 0, 0));
    return {value, value + PQgetlength(row.get(), 0, 0)};
  }

 private:
  static constexpr std::size_t kPieceBytes = std::size_t{1} << 20;
  [[noreturn]] void give_up_here() const { give_up(std::string("raw PostgreSQL: ") + PQerrorMessage(connection_)); }
  Answer must(PGresult* result, ExecStatusType status) const {
    Answer answer(result);
    if (PQresultStatus(result) != status) give_up_here();
    return answer;
  }
  void append_field(ByteView bytes) {
    for (int shift = 24; shift >= 0; shift -= 8) rows_.push_back(static_cast<std::uint8_t>(bytes.size() >> shift));
    append(rows_, bytes);
  }
  PGconn* connection_;
  const std::string table_;
  Bytes rows_;
};

}  // namespace

std::unique_ptr<StorageFloor> raw_postgres(const std::string& connection, const std::string& table) {
  return std::make_unique<RawPostgres>(connection, table);
}

}  // namespace icn::bench
