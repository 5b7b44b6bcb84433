using Convergence.Foundation.Files;
using Convergence.Testing;

namespace Convergence.Foundation.Tests.Files;

public sealed class AtomicDirectoryTests
{
    private TemporaryDirectory _directory = null!;

    private string Target => _directory.Combine("model");

    [SetUp]
    public void CreateDirectory() => _directory = new TemporaryDirectory();

    [TearDown]
    public void RemoveDirectory() => _directory.Dispose();

    [Test]
    public void Write_NewDirectory_AppearsWhole()
    {
        AtomicDirectory.Write(Target + Path.DirectorySeparatorChar, temporary =>
        {
            Assert.That(Directory.Exists(Target), Is.False);
            File.WriteAllText(Path.Combine(temporary, "a.txt"), "a");
        });
        Assert.That(File.ReadAllText(_directory.Combine("model", "a.txt")), Is.EqualTo("a"));
        Assert.That(_directory.Entries(), Is.EqualTo(new[] { "model" }));
    }

    [Test]
    public void Write_MissingParents_AreCreated()
    {
        AtomicDirectory.Write(_directory.Combine("x", "y", "model"), temporary => File.WriteAllText(Path.Combine(temporary, "a.txt"), "a"));
        Assert.That(File.Exists(_directory.Combine("x", "y", "model", "a.txt")));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Write_ExistingTarget_IsRefusedUntouched(bool isDirectory)
    {
        if (isDirectory)
        {
            Directory.CreateDirectory(Target);
        }
        else
        {
            File.WriteAllText(Target, "a file");
        }

        var ran = false;
        Assert.That(
            () => AtomicDirectory.Write(Target, _ => ran = true),
            Throws.TypeOf<ConvergenceException>().With.Message.StartWith(Target).And.Message.Contain("already exists"));
        Assert.That(ran, Is.False);
        Assert.That(_directory.Entries(), Is.EqualTo(new[] { "model" }));
    }

    [Test]
    public void Write_FillThrows_PassesItOnAndLeavesNothing()
    {
        Assert.That(
            () => AtomicDirectory.Write(Target, temporary =>
            {
                File.WriteAllText(Path.Combine(temporary, "a.txt"), "a");
                throw new InvalidOperationException("mine");
            }),
            Throws.InvalidOperationException.With.Message.EqualTo("mine"));
        Assert.That(_directory.Entries(), Is.Empty);
    }

    [Test]
    public void Write_DiskFull_SaysSoAndLeavesNothing()
    {
        Assert.That(
            () => AtomicDirectory.Write(Target, temporary =>
            {
                File.WriteAllText(Path.Combine(temporary, "a.txt"), "a");
                throw FailingStream.DiskFull();
            }),
            Throws.TypeOf<ConvergenceException>().With.Message.StartWith(Target).And.Message.Contain("disk is full"));
        Assert.That(_directory.Entries(), Is.Empty);
    }

    [Test]
    public void Write_LeftoverOfAKilledWriter_IsReplaced()
    {
        Directory.CreateDirectory(_directory.Combine(".model.tmp"));
        File.WriteAllText(_directory.Combine(".model.tmp", "half.txt"), "half");
        File.WriteAllText(_directory.Combine(".model.lock"), "");
        AtomicDirectory.Write(Target, temporary => File.WriteAllText(Path.Combine(temporary, "a.txt"), "a"));
        Assert.That(Directory.GetFiles(Target).Select(Path.GetFileName), Is.EqualTo(new[] { "a.txt" }));
        Assert.That(_directory.Entries(), Is.EqualTo(new[] { "model" }));
    }

    [Test]
    public void Write_TwoAtOnce_RefusesTheSecondAndLeavesTheFirstAlone()
    {
        AtomicDirectory.Write(Target, temporary =>
        {
            File.WriteAllText(Path.Combine(temporary, "a.txt"), "first");
            Assert.That(
                () => AtomicDirectory.Write(Target, _ => { }),
                Throws.InstanceOf<ConvergenceException>().With.Message.Contain("another process"));
        });
        Assert.That(File.ReadAllText(_directory.Combine("model", "a.txt")), Is.EqualTo("first"));
    }

    [Test]
    public void WriteResumable_PartialDirectoryIsALink_LeavesAloneWhatLiesBehindIt()
    {
        var elsewhere = Directory.CreateDirectory(_directory.Combine("elsewhere")).FullName;
        File.WriteAllText(Path.Combine(elsewhere, "precious.txt"), "keep me");
        try
        {
            Directory.CreateSymbolicLink(AtomicDirectory.PartialPathOf(Target), elsewhere);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Assert.Ignore($"Links cannot be made here: {exception.Message}");
        }

        AtomicDirectory.WriteResumable(
            Target,
            partial =>
            {
                Assert.That(Directory.EnumerateFileSystemEntries(partial), Is.Empty);
                File.WriteAllText(Path.Combine(partial, "a.txt"), "a");
            },
            keepsPartial: () => false);
        Assert.That(new DirectoryInfo(Target).LinkTarget, Is.Null);
        Assert.That(Directory.GetFiles(elsewhere).Select(Path.GetFileName), Is.EqualTo(new[] { "precious.txt" }));
        Assert.That(_directory.Entries(), Is.EquivalentTo(new[] { "elsewhere", "model" }));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void WriteResumable_AfterAFailure_KeepsWhatIsWorthIt(bool keeps)
    {
        Assert.That(
            () => AtomicDirectory.WriteResumable(
                Target,
                partial =>
                {
                    File.WriteAllText(Path.Combine(partial, "half.txt"), "half");
                    throw new InvalidOperationException("mine");
                },
                () => keeps),
            Throws.InvalidOperationException.With.Message.EqualTo("mine"));
        Assert.That(_directory.Entries(), Is.EqualTo(keeps ? new[] { ".model.partial" } : []));
    }
}
