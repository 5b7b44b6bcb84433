using System.Globalization;

namespace Convergence.Foundation.Files;

/// <summary>Turns what the operating system reports about a failed write into words with a cure.</summary>
public static class WriteFailure
{
    private const int Enospc = 28;
    private const int Efbig = 27;
    private const int EdquotLinux = 122;
    private const int EdquotMac = 69;
    private const int NoCode = unchecked((int)0x80131620);
    private const int ErrorHandleDiskFull = 39;
    private const int ErrorDiskFull = 112;

    /// <summary>Whether the operating system refused a write, as opposed to a bug in the code that writes.</summary>
    public static bool IsRefusal(Exception exception) =>
        exception is IOException or UnauthorizedAccessException || IsTooLarge(exception);

    // .NET reports EFBIG (the limit of the file system, or of the process) as an argument that nobody passed.
    private static bool IsTooLarge(Exception exception) =>
        exception is ArgumentOutOfRangeException { ParamName: "value", Source: "System.Private.CoreLib" };

    /// <summary>Whether the exception means that no more bytes fit: a full disk, a quota, or a limit on file sizes.</summary>
    public static bool IsOutOfSpace(Exception exception)
    {
        // Windows keeps the code in the low half of an HRESULT; elsewhere the HRESULT is the errno itself.
        var code = exception.HResult & 0xFFFF;
        return IsTooLarge(exception)
            || (exception is IOException && (OperatingSystem.IsWindows()
                ? code is ErrorHandleDiskFull or ErrorDiskFull
                : exception.HResult is Enospc or Efbig or EdquotLinux || (OperatingSystem.IsMacOS() && code == EdquotMac)));
    }

    /// <summary>
    /// Whether creating a file failed because its space could not be taken in advance: .NET says so in an exception that has no code of the
    /// operating system.
    /// </summary>
    internal static bool IsRefusalOfSpace(Exception exception) => IsOutOfSpace(exception) || exception is IOException { HResult: NoCode };

    /// <summary>The error of a file that is written beside its place and renamed: after its failure nothing is left.</summary>
    internal static ConvergenceException Describe(string path, long? byteCount, Exception exception)
    {
        if (!IsOutOfSpace(exception))
        {
            return new ConvergenceException(
                $"{path}: cannot be written: {exception.Message} Check that the directory exists and may be written to.", exception);
        }

        return DescribeFullDisk(path, byteCount, exception);
    }

    /// <summary>The error of a file for which there is no space.</summary>
    internal static ConvergenceException DescribeFullDisk(string path, long? byteCount, Exception exception)
    {
        var needed = byteCount is { } count ? string.Create(CultureInfo.InvariantCulture, $" {count:N0} bytes are needed;") : "";
        var free = FreeBytes(path) is { } bytes ? string.Create(CultureInfo.InvariantCulture, $" {bytes:N0} bytes are free.") : "";
        return new ConvergenceException(
            $"{path}: the disk is full.{needed}{free} Nothing was left behind. Free some space, or choose a directory on another disk.",
            exception);
    }

    private static long? FreeBytes(string path)
    {
        try
        {
            return new DriveInfo(Path.GetDirectoryName(path)!).AvailableFreeSpace;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
