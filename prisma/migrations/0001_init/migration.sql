-- CreateEnum
CREATE TYPE "OrganisationKind" AS ENUM ('organiser', 'association');

-- CreateEnum
CREATE TYPE "StagePhase" AS ENUM ('closed', 'rehearsal', 'live', 'ended');

-- CreateEnum
CREATE TYPE "PresentationKind" AS ENUM ('live', 'video', 'break', 'music', 'interview');

-- CreateEnum
CREATE TYPE "MediaState" AS ENUM ('uploading', 'queued', 'converting', 'ready', 'failed');

-- CreateEnum
CREATE TYPE "MaterialKind" AS ENUM ('link', 'file', 'text');

-- CreateEnum
CREATE TYPE "Role" AS ENUM ('speaker', 'host', 'staff', 'organiser', 'screen');

-- CreateTable
CREATE TABLE "Organisation" (
    "id" UUID NOT NULL,
    "kind" "OrganisationKind" NOT NULL,
    "name" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Organisation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Event" (
    "id" UUID NOT NULL,
    "organisationId" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "name" JSONB NOT NULL,
    "description" JSONB NOT NULL,
    "startsAt" TIMESTAMPTZ(3) NOT NULL,
    "endsAt" TIMESTAMPTZ(3) NOT NULL,
    "timeZone" TEXT NOT NULL DEFAULT 'Europe/Helsinki',
    "language" TEXT NOT NULL DEFAULT 'fi',
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Stage" (
    "id" UUID NOT NULL,
    "eventId" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "name" JSONB NOT NULL,
    "description" JSONB NOT NULL,
    "phase" "StagePhase" NOT NULL DEFAULT 'closed',
    "seq" INTEGER NOT NULL DEFAULT 0,
    "phaseSince" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "isAutomatic" BOOLEAN NOT NULL DEFAULT false,
    "position" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "Stage_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Presentation" (
    "id" UUID NOT NULL,
    "stageId" UUID NOT NULL,
    "kind" "PresentationKind" NOT NULL,
    "title" JSONB NOT NULL,
    "description" JSONB NOT NULL,
    "speaker" TEXT NOT NULL DEFAULT '',
    "startsAt" TIMESTAMPTZ(3) NOT NULL,
    "lengthSeconds" INTEGER NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Presentation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Media" (
    "id" UUID NOT NULL,
    "presentationId" UUID NOT NULL,
    "originalName" TEXT NOT NULL,
    "state" "MediaState" NOT NULL DEFAULT 'uploading',
    "progress" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "durationSeconds" DOUBLE PRECISION,
    "failure" TEXT,
    "uploadId" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Media_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Broadcast" (
    "id" UUID NOT NULL,
    "stageId" UUID NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Broadcast_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Recording" (
    "id" UUID NOT NULL,
    "broadcastId" UUID NOT NULL,
    "presentationId" UUID,
    "title" JSONB NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL,
    "endedAt" TIMESTAMPTZ(3) NOT NULL,
    "isPublished" BOOLEAN NOT NULL DEFAULT true,

    CONSTRAINT "Recording_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Booth" (
    "id" UUID NOT NULL,
    "eventId" UUID NOT NULL,
    "organisationId" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "name" JSONB NOT NULL,
    "kind" TEXT NOT NULL,
    "tagline" JSONB NOT NULL,
    "description" JSONB NOT NULL,
    "colour" TEXT NOT NULL DEFAULT '#2f5d62',
    "position" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "Booth_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Material" (
    "id" UUID NOT NULL,
    "boothId" UUID NOT NULL,
    "kind" "MaterialKind" NOT NULL,
    "title" JSONB NOT NULL,
    "url" TEXT,
    "body" JSONB,
    "position" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "Material_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Chat" (
    "id" TEXT NOT NULL,
    "lastSeq" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "Chat_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ChatEntry" (
    "chatId" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "messageId" UUID NOT NULL,
    "isDeletion" BOOLEAN NOT NULL DEFAULT false,
    "text" TEXT,
    "nickname" TEXT,
    "role" TEXT NOT NULL DEFAULT 'attendee',
    "authorTag" TEXT NOT NULL DEFAULT '',
    "sentAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ChatEntry_pkey" PRIMARY KEY ("chatId","seq")
);

-- CreateTable
CREATE TABLE "AccessToken" (
    "hash" BYTEA NOT NULL,
    "role" "Role" NOT NULL,
    "eventId" UUID NOT NULL,
    "stageId" UUID,
    "boothId" UUID,
    "label" TEXT NOT NULL DEFAULT '',
    "language" TEXT NOT NULL DEFAULT 'fi',
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "revokedAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "AccessToken_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "Session" (
    "hash" BYTEA NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Session_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "Grant" (
    "id" UUID NOT NULL,
    "sessionHash" BYTEA NOT NULL,
    "tokenHash" BYTEA NOT NULL,
    "role" "Role" NOT NULL,
    "eventId" UUID NOT NULL,
    "stageId" UUID,
    "boothId" UUID,

    CONSTRAINT "Grant_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "Event_slug_key" ON "Event"("slug");

-- CreateIndex
CREATE UNIQUE INDEX "Stage_eventId_slug_key" ON "Stage"("eventId", "slug");

-- CreateIndex
CREATE INDEX "Presentation_stageId_startsAt_idx" ON "Presentation"("stageId", "startsAt");

-- CreateIndex
CREATE UNIQUE INDEX "Media_uploadId_key" ON "Media"("uploadId");

-- CreateIndex
CREATE INDEX "Media_presentationId_idx" ON "Media"("presentationId");

-- CreateIndex
CREATE INDEX "Broadcast_stageId_startedAt_idx" ON "Broadcast"("stageId", "startedAt");

-- CreateIndex
CREATE INDEX "Recording_broadcastId_idx" ON "Recording"("broadcastId");

-- CreateIndex
CREATE UNIQUE INDEX "Booth_eventId_slug_key" ON "Booth"("eventId", "slug");

-- CreateIndex
CREATE INDEX "Material_boothId_idx" ON "Material"("boothId");

-- CreateIndex
CREATE UNIQUE INDEX "ChatEntry_chatId_messageId_isDeletion_key" ON "ChatEntry"("chatId", "messageId", "isDeletion");

-- CreateIndex
CREATE UNIQUE INDEX "Grant_sessionHash_tokenHash_key" ON "Grant"("sessionHash", "tokenHash");

-- AddForeignKey
ALTER TABLE "Event" ADD CONSTRAINT "Event_organisationId_fkey" FOREIGN KEY ("organisationId") REFERENCES "Organisation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Stage" ADD CONSTRAINT "Stage_eventId_fkey" FOREIGN KEY ("eventId") REFERENCES "Event"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Presentation" ADD CONSTRAINT "Presentation_stageId_fkey" FOREIGN KEY ("stageId") REFERENCES "Stage"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Media" ADD CONSTRAINT "Media_presentationId_fkey" FOREIGN KEY ("presentationId") REFERENCES "Presentation"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Broadcast" ADD CONSTRAINT "Broadcast_stageId_fkey" FOREIGN KEY ("stageId") REFERENCES "Stage"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Recording" ADD CONSTRAINT "Recording_broadcastId_fkey" FOREIGN KEY ("broadcastId") REFERENCES "Broadcast"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Recording" ADD CONSTRAINT "Recording_presentationId_fkey" FOREIGN KEY ("presentationId") REFERENCES "Presentation"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Booth" ADD CONSTRAINT "Booth_eventId_fkey" FOREIGN KEY ("eventId") REFERENCES "Event"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Booth" ADD CONSTRAINT "Booth_organisationId_fkey" FOREIGN KEY ("organisationId") REFERENCES "Organisation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Material" ADD CONSTRAINT "Material_boothId_fkey" FOREIGN KEY ("boothId") REFERENCES "Booth"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ChatEntry" ADD CONSTRAINT "ChatEntry_chatId_fkey" FOREIGN KEY ("chatId") REFERENCES "Chat"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AccessToken" ADD CONSTRAINT "AccessToken_eventId_fkey" FOREIGN KEY ("eventId") REFERENCES "Event"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Grant" ADD CONSTRAINT "Grant_sessionHash_fkey" FOREIGN KEY ("sessionHash") REFERENCES "Session"("hash") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Grant" ADD CONSTRAINT "Grant_tokenHash_fkey" FOREIGN KEY ("tokenHash") REFERENCES "AccessToken"("hash") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Grant" ADD CONSTRAINT "Grant_eventId_fkey" FOREIGN KEY ("eventId") REFERENCES "Event"("id") ON DELETE CASCADE ON UPDATE CASCADE;
