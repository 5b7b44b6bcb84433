using System.Runtime.InteropServices;
using Convergence.Foundation.Files;
using Convergence.Testing;

namespace Convergence.Foundation.Tests.Files;

/// <summary>What stands in the way of a directory is told from its not being there.</summary>
public sealed class PathProblemTests
{
    private const uint Nobody = 65534;
    private const UnixFileMode Open = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

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

    [Test]
    public void OfDirectory_BelowAFile_SaysNothing_SinceThereIsNoSuchName()
    {
        using var folder = new TemporaryDirectory();
        File.WriteAllText(folder.Combine("a"), "");
        Assert.That(PathProblem.OfDirectory(folder.Combine("a", "model")), Is.Null);
    }

    [Test]
    public void OfDirectory_NameLongerThanTheDiskTakes_SaysSo()
    {
        using var folder = new TemporaryDirectory();
        Assert.That(PathProblem.OfDirectory(folder.Combine(new string('n', 4096))), Does.Contain("cannot be opened"));
    }

    [TestCase("closed", UnixFileMode.None)]
    [TestCase("closed", UnixFileMode.UserRead, Description = "names only")]
    [TestCase("closed/model", UnixFileMode.None, Description = "below a closed one")]
    public void OfDirectory_WithoutPermission_SaysSo(string path, UnixFileMode mode)
    {
        if (OperatingSystem.IsWindows() || (Environment.IsPrivilegedProcess && !OperatingSystem.IsLinux()))
        {
            Assert.Ignore("Permissions do not bind the administrator, and Windows has others.");
            return;
        }

        using var folder = new TemporaryDirectory();
        Directory.CreateDirectory(folder.Combine("closed", "model"));
        foreach (var open in new[] { folder.Path, folder.Combine("closed"), folder.Combine("closed", "model") })
        {
            File.SetUnixFileMode(open, ForAll(Open));
        }

        Assert.That(AsNobody(() => PathProblem.OfDirectory(folder.Combine(path))), Is.Null, "while it is open");
        File.SetUnixFileMode(folder.Combine("closed"), ForAll(mode));
        try
        {
            Assert.That(
                AsNobody(() => PathProblem.OfDirectory(folder.Combine(path))), Does.Contain("may not be read").And.Contain("chmod"));
        }
        finally
        {
            File.SetUnixFileMode(folder.Combine("closed"), Open);
        }
    }

    /// <summary>The owner's rights given to group and others too: the groups of a thread stay root's.</summary>
    private static UnixFileMode ForAll(UnixFileMode owner) => (UnixFileMode)((int)owner | ((int)owner >> 3) | ((int)owner >> 6));

    /// <summary>
    /// Asks as a user whom permissions bind. On Linux the user whose files a thread sees is the thread's own affair, and with root's files
    /// go root's rights to all others; a user who is not root stays himself.
    /// </summary>
    private static string? AsNobody(Func<string?> ask)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return ask();
        }

        string? answer = null;
        var thread = new Thread(() =>
        {
            _ = SetFileSystemUser(Nobody);
            answer = ask();
        });
        thread.Start();
        thread.Join();
        return answer;
    }

    [DllImport("libc", EntryPoint = "setfsuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetFileSystemUser(uint user);
}
