using System.Security.Cryptography;
using System.Text;
using Convergence.Service.OpenAi;
using Microsoft.AspNetCore.Http;

namespace Convergence.Service.Hosting;

/// <summary>Lets requests in that show the server's key. How far a wrong key is right cannot be told from the time that it takes.</summary>
internal sealed class ApiKeyCheck(RequestDelegate next, string key)
{
    private const string Scheme = "Bearer ";

    private readonly byte[] _hash = Hash(key);

    public Task InvokeAsync(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        var shown = header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : "";
        var isRight = CryptographicOperations.FixedTimeEquals(Hash(shown), _hash);

        // Whoever watches whether the server lives needs no key for that.
        if (isRight || context.Request.Path == "/health")
        {
            return next(context);
        }

        context.Response.Headers.WWWAuthenticate = "Bearer";
        throw OpenAiException.WrongKey();
    }

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
