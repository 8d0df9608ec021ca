#include "api/folders.hpp"

#include "api/detail/derive.hpp"

namespace icn::api {

template struct Shape<InitRequest>;
template struct Shape<NewNode>;
template struct Shape<RestoreRequest>;
template struct Shape<RestoredNode>;
template struct Shape<MigrationRequest>;
template struct Shape<MigrationDone>;
template struct Shape<TakeoverRequest>;
template struct Shape<TakeoverDone>;
template struct Shape<ExaminationRequest>;
template struct Shape<Examination>;

}  // namespace icn::api
