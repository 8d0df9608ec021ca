#include "http/detail/connection.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <cstring>

#include "core/check.hpp"

namespace icn::http::detail {

void Deadline::set(std::uint64_t ms, std::function<void()> passed) {
  const std::uint64_t round = ++round_;
  timer_.expires_after(std::chrono::milliseconds(ms));
  timer_.async_wait([this, round, passed = std::move(passed)](ErrorCodeOf code) {
    if (!code && round == round_) passed();
  });
}

void Deadline::clear() {
  ++round_;
  timer_.cancel();
}

Connection::Connection(std::shared_ptr<Shared> shared, asio::io_context& context, std::unique_ptr<Link> link, Peer peer,
                       std::function<void(Connection&)> closed)
    : shared_(std::move(shared)),
      context_(context),
      link_(std::move(link)),
      peer_(std::move(peer)),
      on_closed_(std::move(closed)),
      reader_(shared_->limits),
      in_deadline_(context),
      out_deadline_(context) {}

// ---- the life of a connection ---------------------------------------------------------------------------------------
void Connection::start() {
  in_deadline_.set(shared_->times.head_ms, [self = shared_from_this()] { self->drop(); });
  link_->handshake([self = shared_from_this()](ErrorCodeOf code) {
    if (self->phase_ == Phase::closed) return;
    if (code) return self->close();
    self->await_request();
  });
}

void Connection::drain() {
  if (phase_ == Phase::greeting || (phase_ == Phase::head && !reader_.has_bytes())) close();
}

void Connection::close() {
  if (phase_ == Phase::closed) return;
  phase_ = Phase::closed;
  in_deadline_.clear();
  out_deadline_.clear();
  link_->close();
  {
    Lock lock(mutex_);
    is_broken_ = true;
    is_gone_ = true;
    changed_.notify_all();
  }
  on_closed_(*this);
}

// Closes the connection of a client that makes no progress.
void Connection::drop() {
  if (phase_ == Phase::closed) return;
  shared_->dropped.fetch_add(1);
  close();
}

void Connection::await_request() {
  if (shared_->draining.load() || has_ended_) return close();
  phase_ = Phase::head;
  is_submitted_ = false;
  is_late_ = false;
  closes_ = false;
  {
    Lock lock(mutex_);
    if (inbox_.capacity() > kKeptBytes) std::string().swap(inbox_);
    inbox_.clear();
    if (outbox_.capacity() > kKeptBytes) std::string().swap(outbox_);
    if (sending_.capacity() > kKeptBytes) std::string().swap(sending_);
    in_done_ = false;
    in_error_.reset();
    has_begun_ = false;
    is_chunked_ = false;
    drops_body_ = false;
    out_left_.reset();
    out_done_ = false;
    keeps_alive_ = false;
  }
  in_deadline_.set(shared_->times.idle_ms, [self = shared_from_this()] { self->close(); });
  take_head();
}

// ---- reading --------------------------------------------------------------------------------------------------------
void Connection::read_more() {
  if (is_reading_ || has_ended_ || phase_ == Phase::closed) return;
  is_reading_ = true;
  bool in_body = false;
  {
    Lock lock(mutex_);
    in_body = phase_ == Phase::serving && !in_done_;
  }
  const std::size_t size = in_body ? 16 * 1024 : 1024;
  if (piece_.size() != size) piece_ = std::vector<char>(size);
  link_->read_some(asio::buffer(piece_), [self = shared_from_this()](ErrorCodeOf code, std::size_t bytes) {
    self->is_reading_ = false;
    if (self->phase_ == Phase::closed) return;
    if (code) {
      self->has_ended_ = true;
      bytes = 0;
    }
    self->received(bytes);
  });
}

void Connection::received(std::size_t bytes) {
  if (phase_ == Phase::ending) {  // what comes now is not read
    if (has_ended_) return close();
    return read_more();
  }
  reader_.add({piece_.data(), bytes});
  if (phase_ == Phase::head) {
    if (has_ended_) return close();
    return take_head();
  }
  if (has_ended_) {
    Lock lock(mutex_);
    is_gone_ = true;
    changed_.notify_all();
  }
  feed_body();
}

void Connection::take_head() {
  switch (reader_.read_head()) {
    case RequestReader::Head::more:
      if (reader_.has_bytes() && !is_late_) {
        is_late_ = true;
        in_deadline_.set(shared_->times.head_ms, [self = shared_from_this()] {
          self->shared_->dropped.fetch_add(1);
          self->refuse_here(408, {ErrorCode::expired, "the head of the request did not arrive in time", "head_time"});
        });
      }
      return read_more();
    case RequestReader::Head::bad:
      return refuse_here(reader_.bad_status(), reader_.error());
    case RequestReader::Head::ready:
      return admit();
  }
}

void Connection::admit() {
  in_deadline_.clear();
  phase_ = Phase::serving;
  shared_->requests.fetch_add(1);
  Request& request = reader_.request();
  request.peer = peer_;
  Admission admission = shared_->handler->admit(request);
  {
    Lock lock(mutex_);
    keeps_alive_ = reader_.keeps_alive();
    drops_body_ = request.method == "HEAD";
    // Without a body the request is whole.
    in_done_ = request.body_bytes == 0U;
  }
  owner_ = std::move(admission.owner);
  is_lasting_ = admission.is_lasting;
  body_bytes_max_ = admission.body_bytes_max;
  body_marked_ = 0;
  if (admission.answer) return answer_here(*std::move(admission.answer));
  if (request.body_bytes.value_or(0) > body_bytes_max_) {
    return refuse_here(
        413, {ErrorCode::limit_exceeded,
              "the body of the request is larger than " + std::to_string(body_bytes_max_) + " bytes; nothing was done",
              "max_body_bytes"});
  }
  if (reader_.expects_continue() && !reader_.has_bytes() && !reader_.is_http_1_0()) {
    Lock lock(mutex_);
    outbox_ += "HTTP/1.1 100 Continue\r\n\r\n";
    post_send();
  }
  feed_body();
}

void Connection::feed_body() {
  RequestReader::Body state = RequestReader::Body::done;
  {
    Lock lock(mutex_);
    if (in_error_) return;
    if (!in_done_) {
      state = reader_.read_body(inbox_, kInboxMax - std::min(kInboxMax, inbox_.size()));
      changed_.notify_all();
    }
  }
  if (reader_.body_bytes() > body_bytes_max_ || state == RequestReader::Body::bad) return body_ended(false);
  if (state == RequestReader::Body::done) return body_ended(true);
  if (state == RequestReader::Body::full) {
    // The worker decides when to go on; then the client has its whole time again.
    in_deadline_.clear();
    body_marked_ = 0;
    return submit();
  }
  if (has_ended_) return body_ended(false);
  if (body_marked_ == 0 || reader_.body_bytes() - body_marked_ >= shared_->times.progress_bytes) {
    body_marked_ = std::max<std::uint64_t>(reader_.body_bytes(), 1);
    in_deadline_.set(shared_->times.stalled_ms, [self = shared_from_this()] { self->body_late(); });
  }
  read_more();
}

void Connection::body_ended(bool whole) {
  in_deadline_.clear();
  Error error{ErrorCode::cancelled, "the client closed the connection within the body of the request", "body"};
  if (!whole && reader_.body_bytes() > body_bytes_max_)
    error = {ErrorCode::limit_exceeded,
             "the body of the request is larger than " + std::to_string(body_bytes_max_) + " bytes", "max_body_bytes"};
  else if (!whole && !has_ended_)
    error = reader_.error();
  if (!whole && !is_submitted_) {
    if (has_ended_) return close();
    return refuse_here(error.code == ErrorCode::limit_exceeded ? 413 : 400, error);
  }
  {
    Lock lock(mutex_);
    if (whole)
      in_done_ = true;
    else
      in_error_ = std::move(error);
    changed_.notify_all();
  }
  submit();
  // Notices that the client leaves; at most one piece of a next request is read ahead.
  if (whole && !reader_.has_bytes()) read_more();
}

void Connection::body_late() {
  shared_->dropped.fetch_add(1);
  Error error{ErrorCode::expired, "the body of the request did not arrive in time", "body_time"};
  if (!is_submitted_) return refuse_here(408, error);
  {
    Lock lock(mutex_);
    in_error_ = std::move(error);
    changed_.notify_all();
  }
}

// ---- serving --------------------------------------------------------------------------------------------------------
void Connection::submit() {
  if (is_submitted_) return;
  is_submitted_ = true;
  {
    Lock lock(shared_->mutex);
    ++shared_->serving;
  }
  std::shared_ptr<Connection> self = shared_from_this();
  const auto& submit = is_lasting_ ? shared_->submit_lasting : shared_->submit;
  const Result<void> taken = submit([self]() mutable { serve(std::exchange(self, nullptr)); }, owner_);
  if (taken) return;
  {
    Lock lock(shared_->mutex);
    --shared_->serving;
  }
  is_submitted_ = false;
  shared_->refused_busy.fetch_add(1);
  refuse_here(503, taken.error());
}

// On a worker's thread, which keeps nothing of the connection or its context when the count says that it is done.
void Connection::serve(std::shared_ptr<Connection> self) {
  const std::shared_ptr<Shared> shared = self->shared_;
  shared->handler->serve(*self);
  if (!self->has_begun()) {
    Answer answer = shared->handler->refuse(500, {ErrorCode::internal, "the request was not answered", "unanswered"});
    static_cast<void>(self->answer(std::move(answer)).has_value());
  }
  asio::io_context& context = self->context_;
  asio::post(context, [self = std::move(self)] { self->served(); });
  Lock lock(shared->mutex);
  --shared->serving;
  shared->changed.notify_all();
}

void Connection::served() {
  bool aborted = false;
  {
    Lock lock(mutex_);
    out_done_ = true;
    // A body that is shorter than announced, or not whole.
    aborted = is_aborted_ || out_left_.value_or(0) > 0;
    if (is_chunked_ && !aborted) outbox_ += "0\r\n\r\n";
  }
  if (phase_ == Phase::closed) return;
  if (aborted) return close();
  send();
}

// Answers without a worker.
void Connection::answer_here(Answer answer) {
  if (phase_ == Phase::closed) return;
  in_deadline_.clear();
  phase_ = Phase::serving;
  ICN_CHECK(answer.body.size() <= kOutboxMax);
  static_cast<void>(this->answer(std::move(answer)).has_value());
  {
    Lock lock(mutex_);
    out_done_ = true;
  }
  send();
}

void Connection::refuse_here(unsigned status, const Error& error) {
  closes_ = true;
  answer_here(shared_->handler->refuse(status, error));
}

Error Connection::gone_error() const { return {ErrorCode::cancelled, "the client is gone", "client_gone"}; }

Result<std::size_t> Connection::read(std::uint8_t* to, std::size_t size) {
  Lock lock(mutex_);
  while (inbox_.empty() && !in_done_ && !in_error_ && !is_broken_) changed_.wait(lock);
  if (is_broken_) return fail(gone_error());
  if (inbox_.empty() && in_error_) return fail(*in_error_);
  const std::size_t got = std::min(size, inbox_.size());
  std::memcpy(to, inbox_.data(), got);
  const bool was_full = inbox_.size() >= kInboxMax;
  inbox_.erase(0, got);
  if (!in_done_ && was_full && got > 0)
    asio::post(context_, [self = shared_from_this()] {
      if (self->phase_ == Phase::serving) self->feed_body();
    });
  return got;
}

std::string Connection::head_of(unsigned status, const Headers& headers, std::optional<std::uint64_t> bytes) {
  std::string head = "HTTP/1.1 " + std::to_string(status) + " " + std::string(status_phrase(status)) + "\r\n";
  for (const Header& header : headers) {
    ICN_CHECK((header.name + header.value).find_first_of("\r\n") == std::string::npos);
    head += header.name + ": " + header.value + "\r\n";
  }
  if (status == 204 || status == 304) {
    drops_body_ = true;
  } else if (bytes) {
    head += "content-length: " + std::to_string(*bytes) + "\r\n";
  } else if (!reader_.is_http_1_0()) {
    is_chunked_ = true;
    head += "transfer-encoding: chunked\r\n";
  } else {
    keeps_alive_ = false;  // the end of the connection ends the body
  }
  if (drops_body_) is_chunked_ = false;
  if (!keeps_alive_)
    head += "connection: close\r\n";
  else if (reader_.is_http_1_0())
    head += "connection: keep-alive\r\n";
  return head + "\r\n";
}

Result<void> Connection::begin(unsigned status, Headers headers, std::optional<std::uint64_t> bytes) {
  Lock lock(mutex_);
  ICN_CHECK(!has_begun_);
  has_begun_ = true;
  // What is left of the body is not read.
  if (!in_done_ || closes_ || shared_->draining.load()) keeps_alive_ = false;
  outbox_ += head_of(status, headers, bytes);
  if (bytes && !drops_body_) out_left_ = *bytes;
  post_send();
  if (is_broken_) return fail(gone_error());
  return {};
}

bool Connection::has_begun() const {
  Lock lock(mutex_);
  return has_begun_;
}

Result<void> Connection::write(ByteView bytes) {
  Lock lock(mutex_);
  ICN_CHECK(has_begun_);
  while (!bytes.empty()) {
    while (outbox_.size() >= kOutboxMax && !is_broken_) changed_.wait(lock);
    if (is_broken_) return fail(gone_error());
    if (drops_body_) return {};
    const ByteView piece = bytes.first(std::min(bytes.size(), kOutboxMax - outbox_.size()));
    bytes = bytes.subspan(piece.size());
    if (out_left_) {
      ICN_CHECK(piece.size() <= *out_left_);
      *out_left_ -= piece.size();
    }
    if (is_chunked_) {
      char size[24];
      outbox_.append(size, static_cast<std::size_t>(std::snprintf(size, sizeof size, "%zx\r\n", piece.size())));
    }
    outbox_ += text_of(piece);
    if (is_chunked_) outbox_ += "\r\n";
    post_send();
  }
  return {};
}

bool Connection::is_gone() const {
  Lock lock(mutex_);
  return is_gone_;
}

void Connection::abort() {
  Lock lock(mutex_);
  is_aborted_ = true;
  has_begun_ = true;
}

// ---- sending --------------------------------------------------------------------------------------------------------
void Connection::post_send() {
  if (is_posted_) return;
  is_posted_ = true;
  asio::post(context_, [self = shared_from_this()] { self->send(); });
}

void Connection::send() {
  if (is_sending_ || phase_ == Phase::closed || phase_ == Phase::ending) return;
  bool is_done = false;
  {
    Lock lock(mutex_);
    is_posted_ = false;
    sending_.clear();
    sending_.swap(outbox_);
    sent_ = 0;
    is_done = sending_.empty() && out_done_;
    changed_.notify_all();
  }
  if (is_done) return answered();
  if (sending_.empty()) return;
  is_sending_ = true;
  sent_since_ = 0;
  out_deadline_.set(shared_->times.stalled_ms, [self = shared_from_this()] { self->drop(); });
  send_piece();
}

void Connection::send_piece() {
  link_->write_some(asio::buffer(sending_.data() + sent_, sending_.size() - sent_),
                    [self = shared_from_this()](ErrorCodeOf code, std::size_t bytes) {
                      if (self->phase_ == Phase::closed) return;
                      if (code) return self->close();
                      self->sent(bytes);
                    });
}

void Connection::sent(std::size_t bytes) {
  sent_ += bytes;
  sent_since_ += bytes;
  if (sent_ == sending_.size()) {
    is_sending_ = false;
    out_deadline_.clear();
    return send();
  }
  if (sent_since_ >= shared_->times.progress_bytes) {
    sent_since_ = 0;
    out_deadline_.set(shared_->times.stalled_ms, [self = shared_from_this()] { self->drop(); });
  }
  send_piece();
}

void Connection::answered() {
  bool keeps = false;
  {
    Lock lock(mutex_);
    keeps = keeps_alive_ && in_done_;
  }
  if (!keeps || closes_ || has_ended_) return linger();
  reader_.next();
  await_request();
}

// A client that still sends would lose the answer if the connection were closed at once.
void Connection::linger() {
  phase_ = Phase::ending;
  if (has_ended_) return close();
  in_deadline_.set(shared_->times.linger_ms, [self = shared_from_this()] { self->close(); });
  link_->end_sending([self = shared_from_this()] {
    if (self->phase_ == Phase::closed) return;
    self->read_more();
  });
}

}  // namespace icn::http::detail
