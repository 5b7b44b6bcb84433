using Convergence.Tensors.Files;
using Convergence.Testing;

namespace Convergence.Tensors.Tests.Files;

public sealed class StreamedFileTests
{
    [Test]
    public void Create_MoreThanAnyDiskHolds_SaysThatTheDiskIsFull()
    {
        using var directory = new TemporaryDirectory();
        var path = directory.Combine("model.safetensors");

        // Beyond the largest file of any file system, so that it is refused at once instead of filling the disk first.
        Assert.That(
            () => StreamedFile.Create(path, long.MaxValue - (2 * StreamedFile.BlockByteCount)).Dispose(),
            Throws.TypeOf<ConvergenceException>().With.Message.StartWith(path).And.Message.Contain("the disk is full")
                .And.Message.Contain("are free").And.Message.Contain("another disk"));
        Assert.That(directory.Entries(), Is.Empty);
    }

    [Test]
    public void Create_MissingDirectory_SaysThatItCannotBeWritten()
    {
        using var directory = new TemporaryDirectory();
        Assert.That(
            () => StreamedFile.Create(directory.Combine("gone", "model.safetensors"), 1).Dispose(),
            Throws.TypeOf<ConvergenceException>().With.Message.Contain("cannot be written"));
    }
}
