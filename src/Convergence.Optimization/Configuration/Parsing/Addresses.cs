using Convergence.Foundation.Yaml;

namespace Convergence.Optimization.Configuration.Parsing;

/// <summary>Addresses of HTTP servers.</summary>
internal static class Addresses
{
    /// <returns>The address as written; <see langword="null"/> when it is absent or is none, which is noted as an error.</returns>
    public static string? Read(YamlSection section, string key)
    {
        if (section.Text(key) is not { } text)
        {
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
        {
            if (address.UserInfo.Length == 0)
            {
                return text;
            }

            // The value itself is not shown: it is a secret.
            section.Fail(key, "holds a user name or password. Take it out, and use auth with type basic and password_env.");
            return null;
        }

        section.Fail(key, $"'{text}' is not an address. It begins with http:// or https:// and names a host.");
        return null;
    }
}
