using Convergence.Foundation.Files;
using Convergence.Testing;

namespace Convergence.Foundation.Tests.Files;

public sealed class AtomicFileTests
{
    private TemporaryDirectory _directory = null!;

    private string Target => _directory.Combine("report.txt");

    [SetUp]
    public void CreateDirectory() => _directory = new TemporaryDirectory();

    [TearDown]
    public void RemoveDirectory() => _directory.Dispose();

    [Test]
    public void WriteAllText_NewAndExisting_HoldsExactlyTheText()
    {
        AtomicFile.WriteAllText(Target, "a much longer first version ä\n");
        AtomicFile.WriteAllText(Target, "ö\n");
        Assert.That(File.ReadAllBytes(Target), Is.EqualTo("ö\n"u8.ToArray()));
        Assert.That(_directory.Entries(), Is.EqualTo(new[] { "report.txt" }));
    }

    [Test]
    public void Write_WhileWriting_TheOldContentIsThere()
    {
        AtomicFile.WriteAllText(Target, "old");
        AtomicFile.Write(Target, stream =>
        {
            stream.Write("new"u8);
            Assert.That(File.ReadAllText(Target), Is.EqualTo("old"));
        });
        Assert.That(File.ReadAllText(Target), Is.EqualTo("new"));
    }

    [Test]
    public void Write_WriterThrows_PassesItOnAndLeavesTheOldFile()
    {
        AtomicFile.WriteAllText(Target, "old");
        Assert.That(
            () => AtomicFile.Write(Target, _ => throw new InvalidDataException("mine")),
            Throws.TypeOf<InvalidDataException>().With.Message.EqualTo("mine"));
        Assert.That(File.ReadAllText(Target), Is.EqualTo("old"));
        Assert.That(_directory.Entries(), Is.EqualTo(new[] { "report.txt" }));
    }

    [Test]
    public void Write_DiskFull_NamesPathNeedAndCure()
    {
        Assert.That(
            () => AtomicFile.Write(
                Target, 1_234_567, stream => stream.Write(new byte[10]), inner => new FailingStream(inner, 5, FailingStream.DiskFull)),
            Throws.TypeOf<ConvergenceException>().With.Message.StartWith(Target)
                .And.Message.Contain("disk is full").And.Message.Contain("1,234,567 bytes are needed").And.Message.Contain("are free"));
        Assert.That(_directory.Entries(), Is.Empty);
    }

    [Test]
    public void IsOutOfSpace_RealError_IsRecognised()
    {
        if (!File.Exists("/dev/full"))
        {
            Assert.Ignore("needs /dev/full, which this system does not have");
        }

        using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        var exception = Assert.Throws<IOException>(() => full.Write("x"u8));
        Assert.That(WriteFailure.IsOutOfSpace(exception!));
        Assert.That(WriteFailure.IsOutOfSpace(new IOException("something else")), Is.False);
        Assert.That(WriteFailure.IsOutOfSpace(new InvalidDataException()), Is.False);
    }

    [Test]
    public void Write_MissingDirectory_NamesThePath()
    {
        var path = _directory.Combine("none", "report.txt");
        Assert.That(() => AtomicFile.WriteAllText(path, "x"), Throws.TypeOf<ConvergenceException>().With.Message.Contain(path));
    }

    [Test]
    public void Write_TargetIsADirectory_NamesThePathAndLeavesNothing()
    {
        Directory.CreateDirectory(Target);
        Assert.That(() => AtomicFile.WriteAllText(Target, "x"), Throws.TypeOf<ConvergenceException>().With.Message.Contain(Target));
        Assert.That(_directory.Entries(), Is.EqualTo(new[] { "report.txt" }));
    }

    [Test]
    public void Write_LeftoverOfAKilledWriter_IsRemovedAndTheLivingOneIsNot()
    {
        File.WriteAllText(_directory.Combine(".report.txt.dead-1.tmp"), "half");
        File.WriteAllText(_directory.Combine(".other.txt.dead-1.tmp"), "not ours");
        AtomicFile.Write(Target, outer =>
        {
            // A second writer of the same file comes while the first is at work.
            AtomicFile.WriteAllText(Target, "second");
            outer.Write("first"u8);
        });
        Assert.That(File.ReadAllText(Target), Is.EqualTo("first"));
        Assert.That(_directory.Entries(), Is.EqualTo(new[] { ".other.txt.dead-1.tmp", "report.txt" }));
    }

    [Test]
    public void Write_ManyThreads_LeavesOneWholeVersion()
    {
        Parallel.For(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 8 }, index =>
            AtomicFile.WriteAllText(Target, new string((char)('a' + (index % 26)), 5_000)));
        var text = File.ReadAllText(Target);
        Assert.That(text, Has.Length.EqualTo(5_000).And.EqualTo(new string(text[0], 5_000)));
        Assert.That(_directory.Entries(), Is.EqualTo(new[] { "report.txt" }));
    }
}
