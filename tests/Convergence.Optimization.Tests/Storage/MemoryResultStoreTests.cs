using Convergence.Optimization.Storage;

namespace Convergence.Optimization.Tests.Storage;

public sealed class MemoryResultStoreTests : ResultStoreContract
{
    protected override IResultStore Open() => new MemoryResultStore();
}
