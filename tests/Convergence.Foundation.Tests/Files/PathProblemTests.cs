using Convergence.Foundation.Files;
using Convergence.Testing;

namespace Convergence.Foundation.Tests.Files;

/// <summary>What stands in the way of a directory is told from its not being there.</summary>
public sealed class PathProblemTests
{
    [Test]
    public void OfDirectory_ThatIsThere_OrNot_SaysNothing()
    {
        using var folder = new TemporaryDirectory();
        Assert.Multiple(() =>
        {
            Assert.That(PathProblem.OfDirectory(folder.Path), Is.Null, "empty");
            File.WriteAllText(folder.Combine("a"), "");
            Assert.That(PathProblem.OfDirectory(folder.Path), Is.Null, "with a file");
            Assert.That(PathProblem.OfDirectory(folder.Combine("none", "deeper")), Is.Null, "not there");
        });
    }

    [Test]
    public void OfDirectory_File_SaysSo()
    {
        using var folder = new TemporaryDirectory();
        File.WriteAllText(folder.Combine("a"), "");
        Assert.That(PathProblem.OfDirectory(folder.Combine("a")), Does.StartWith(folder.Combine("a") + ": is a file"));
    }

    [Test]
    public void OfDirectory_LinkToItself_SaysSo()
    {
        using var folder = new TemporaryDirectory();
        Directory.CreateSymbolicLink(folder.Combine("loop"), folder.Combine("loop"));
        Assert.That(PathProblem.OfDirectory(folder.Combine("loop", "model")), Does.Contain("cannot be opened"));
    }

    [TestCase("closed", UnixFileMode.None)]
    [TestCase("closed", UnixFileMode.UserRead, Description = "names only")]
    [TestCase("closed/model", UnixFileMode.None, Description = "below a closed one")]
    public void OfDirectory_WithoutPermission_SaysSo(string path, UnixFileMode mode)
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            Assert.Ignore("Permissions do not bind the administrator, and Windows has others.");
            return;
        }

        using var folder = new TemporaryDirectory();
        Directory.CreateDirectory(folder.Combine("closed", "model"));
        File.SetUnixFileMode(folder.Combine("closed"), mode);
        try
        {
            Assert.That(PathProblem.OfDirectory(folder.Combine(path)), Does.Contain("may not be read").And.Contain("chmod"));
        }
        finally
        {
            File.SetUnixFileMode(folder.Combine("closed"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
