-- AlterTable
ALTER TABLE "Recording" ADD COLUMN     "durationSeconds" DOUBLE PRECISION;
